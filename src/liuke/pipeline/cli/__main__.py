"""`python -m liuke.pipeline.cli`: the `liuke` command where its script is not on the path."""

from liuke.pipeline.cli.main import main

main()
