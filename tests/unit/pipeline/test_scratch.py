"""What a process found is found once, and found anew when it would be made of something else."""

from liuke.pipeline.scratch import Scratch


def test_what_was_found_is_found_once_while_it_is_made_of_the_same():
    scratch, asked = Scratch(), []

    def find(folder):
        asked.append(folder)
        (folder / "kept").write_text("by a file")
        return len(asked)

    assert [scratch.remember("traces", ["a"], find) for _ in range(2)] == [1, 1]
    assert (asked[0] / "kept").exists()
    assert scratch.remember("leavings", ["a"], find) == 2
    assert scratch.remember("traces", ["a", "b"], find) == 3
    assert not asked[0].exists()  # the former was let go
    assert asked[2].exists()
