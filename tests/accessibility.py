"""axe-core on a page: WCAG 2.2 A and AA, and axe's best practices."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[1] / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  return (await axe.run(document, {runOnly: tags})).violations;
}"""


def violations(page: Page) -> list[str]:
    """One line for each rule that the page breaks, with the elements that break it."""
    # Evaluated by the debugger: the page's policy, which allows no foreign script, stays in force.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(RUN)
    return [f"{rule['id']}: {rule['help']} {_targets(rule)}" for rule in found]


def _targets(rule: dict[str, Any]) -> list[str]:
    return [" ".join(map(str, node["target"])) for node in rule["nodes"]]
