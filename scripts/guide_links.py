"""Fails when a page of the built guide links to a page, an image or a heading that is not there."""
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.links, self.ids = set(), set()
        self.feed(path.read_text())

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name == "id":
                self.ids.add(value)
            elif name in ("href", "src") and value:
                self.links.add(value)


root = Path(sys.argv[1]).resolve()
pages = {path: Page(path) for path in root.rglob("*.html")}
missing = []
for path, page in pages.items():
    for link in page.links:
        url = urlsplit(link)
        if url.scheme or url.netloc or path.name in ("404.html", "toc.html"):
            continue
        target = (path.parent / unquote(url.path)).resolve() if url.path else path
        if not target.exists():
            missing.append(f"{path.relative_to(root)}: {link}")
        elif url.fragment and target in pages and unquote(url.fragment) not in pages[target].ids:
            missing.append(f"{path.relative_to(root)}: no heading {link}")
print("\n".join(sorted(missing)))
sys.exit(bool(missing))
