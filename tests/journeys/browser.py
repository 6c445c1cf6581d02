"""People at browsers: real headless Chromium, signing in as a newcomer, watched for mistakes of pages."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

AXE = Path(__file__).parents[1] / "web" / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Only what is wrong comes back: where each rule found nothing takes longer to tell than to look at.
LOOK = "axe.run(document, {{runOnly: {rules}, resultTypes: ['violations']}}).then(found => found.violations)"
PASSWORD = "long enough to keep 9"
DRAWN_TWICE = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@contextmanager
def chromium() -> Iterator:
    """Debian's or any other Chromium of this machine; without one the journey is skipped, or fails in CI."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        say = pytest.fail if os.environ.get("LIUKE_BROWSER_REQUIRED") else pytest.skip
        say("no Chromium on this machine: install Debian's package chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


class Desk:
    """One person's window. What goes wrong in its pages is kept and must stay nothing."""

    def __init__(self, browser, address: str, *, width: int = 1440):
        self.address = address
        self.page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)

    def _listen(self, message) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def sign_in_first_time(self, username: str, one_time_password: str) -> None:
        """With the password that works once, and a new one at once."""
        self.open("/signin/")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", one_time_password)
        self.press_and_wait("[name=password]", "Enter")
        self.page.fill("[name=old_password]", one_time_password)
        self.page.fill("[name=new_password1]", PASSWORD)
        self.page.fill("[name=new_password2]", PASSWORD)
        self.press_and_wait("[name=new_password2]", "Enter")

    def open(self, path: str) -> None:
        response = self.page.goto(f"{self.address}{path}")
        assert response.ok, f"{path}: {response.status}"

    def settle(self) -> None:
        """Wait until the page has drawn itself, and has fetched what it fetches on its own."""
        if self.page.query_selector("[hx-trigger=load]"):
            self.page.wait_for_load_state("networkidle")  # takes half a second beyond the last answer
        self.page.evaluate(DRAWN_TWICE)

    def press_and_wait(self, selector: str, key: str) -> None:
        """Press a key that leads to another page."""
        with self.page.expect_navigation():
            self.page.press(selector, key)

    def key(self, key: str) -> None:
        """Press a key that leads to another page, as the keyboard stands."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def figure(self, name: str) -> str:
        return self.page.inner_text(f"[data-figure={name}]").strip()

    def check(self) -> None:
        """The page is accessible, fits its window and made no complaints."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(LOOK.format(rules=RULES))
        told = [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found]
        assert not told, f"{self.page.url}: {told}"
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), self.page.url
        assert not self.complaints, f"{self.page.url}: {self.complaints}"
