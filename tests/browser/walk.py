"""A walk through the house: every address that pages lead to, each looked at by axe, each form sent empty.

It starts where a person starts and opens one address of each kind, "deals/<slug:code>/" being one. What it finds is
collected, so that one run tells all of it.
"""

from collections import deque
from urllib.parse import urljoin, urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from django.urls import Resolver404, resolve
from playwright.sync_api import Error

from tests.matrix.pages import addresses

PHONE = 390
SERIOUS = ["serious", "critical"]
# No rule is left out. Of what axe can load beforehand only films are asked for: the other, style sheets, serves a rule
# about turned phones that axe itself keeps off, and loading them makes inline styles, which our policy rightly refuses.
OPTIONS = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
# The themes differ in nothing but colours (tests/house/test_templates.py): in the other one those are looked at.
OF_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
LOOKS = {"light": OPTIONS, "dark": OPTIONS | OF_COLOURS}
REFUSED = "[aria-invalid=true], .field.bad, .note-box.bad, .errorlist, .errornote"
# Whether colours stand out takes axe most of its time: each way that a text is shown is judged once in each theme. A
# sign is a hash of what axe goes by, of the element and of all it lies in: its tag, class and state, how much text it
# has itself, and the styles as computed.
SIGN = """
const SHOWN = [
  'color', 'backgroundColor', 'backgroundImage', 'backgroundClip', 'opacity', 'filter', 'mixBlendMode', 'textShadow',
  'webkitTextFillColor', 'webkitTextStrokeColor', 'fontSize', 'fontWeight', 'textIndent', 'display', 'visibility',
  'position', 'zIndex', 'overflow', 'clip', 'clipPath'
];
const hash = (text, by) => [...text].reduce((sum, one) => Math.imul(sum, by) + one.charCodeAt() | 0, by);
const off = one => one.matches(':disabled, [aria-disabled=true], [inert]');
const own = one => [...one.childNodes].filter(node => node.nodeType == 3).map(node => node.data.trim()).join('').length;
const signs = new Map();
const sign = one => {
  if (!one) return '';
  if (!signs.has(one)) {
    const style = getComputedStyle(one);
    const state = [one.tagName, one.getAttribute('class'), one.type, off(one), !!one.control && off(one.control)];
    const styles = SHOWN.map(name => style[name]);
    const text = [sign(one.parentElement), ...state, Math.min(own(one), 2), ...styles].join('|');
    signs.set(one, `${hash(text, 33)}.${hash(text, 131)}`);
  }
  return signs.get(one);
};
"""
# Colours on their way to another theme's are at their end first. Only what counts leaves the page.
RUN_AXE = """async ([options, serious, judged]) => {
  document.getAnimations().filter(one => one instanceof CSSTransition).forEach(one => one.finish());
  SIGN
  const shown = [...document.body.querySelectorAll('*')].filter(one => one.checkVisibility());
  const known = new Set(judged.split(' '));  // one text: a list of thousands takes longer to hand over than axe
  const fresh = new Set();
  for (const one of shown) {
    const before = known.has(sign(one)) || fresh.has(sign(one));
    one.toggleAttribute('data-judged', before);
    if (!before) fresh.add(sign(one));
  }
  axe.configure({rules: [{id: 'color-contrast', selector: '*:not([data-judged])'}]});
  const {violations} = await axe.run(options);
  return [
    violations.filter(one => serious.includes(one.impact)).flatMap(
      one => one.nodes.slice(0, 3).map(node => `${one.id}: ${node.html.slice(0, 160)}`)
    ),
    [...fresh].join(' '),
  ];
}""".replace("SIGN", SIGN)
# What is filled in beforehand may be right as it is: empty it, and let the server say what it thinks.
EMPTY = """form => {
  form.noValidate = true;
  for (const field of form.querySelectorAll('input, textarea')) {
    if (!['hidden', 'checkbox', 'radio', 'submit', 'button'].includes(field.type)) field.value = '';
  }
}"""
# A queue repeats its buttons: what a form is for and asks makes its kind. A field may be called "action".
KINDS_OF_FORM = """forms => forms.map((form, number) => [
  number, form.getAttribute('action') || location.href,
  [...form.elements].filter(field => field.type != 'hidden').map(field => field.name).join(),
  form.querySelector('input:not([type=hidden]), textarea, select') && form.checkVisibility() && form.offsetHeight > 0
])"""
# Where links lead within the house, and what its forms and fragments ask for.
WAYS = """() => [
  [...document.querySelectorAll('a[href]')].filter(one => one.host == location.host).map(one => one.href),
  ['action', 'formaction', 'hx-get'].flatMap(
    name => [...document.querySelectorAll(`[${name}]`)].map(one => one.getAttribute(name) || location.href)
  )
]"""
# The innermost things that stick out to the right; what lies in a box that scrolls does not count.
STICKS_OUT = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return [];
  const wide = [...document.body.querySelectorAll('*')].filter(
    one => one.getBoundingClientRect().right > page.clientWidth + 1 && !one.closest('.scroll, .results')
  );
  return [page, ...wide.filter(one => !wide.some(other => other != one && one.contains(other)))].slice(0, 4).map(
    one => `${one.scrollWidth} px: ${one.outerHTML.slice(0, 120)}`
  );
}"""


def kind_of(address: str) -> str | None:
    """The address as the urls spell it, None where it is not ours."""
    try:
        return _plain(resolve(urlsplit(address).path).route)
    except Resolver404:
        return None


def _plain(route: str) -> str:
    return route.replace("^", "").replace("$", "")


class Walk:
    """``opened`` has an address of each kind that was looked at, ``asked`` the kinds that forms and fragments name."""

    def __init__(self, *, phone: bool):
        self.phone = phone
        self.opened, self.asked, self.found = {}, set(), []
        self.looked = 0
        self._have_axe = []
        self._judged = {theme: set() for theme in LOOKS}

    def go(self, page, *starts: str) -> None:
        """Open these addresses, and one of each kind that links lead to from there."""
        for start in starts:
            self.opened.pop(kind_of(start), None)
            waiting = deque([start])
            while waiting:
                path = waiting.popleft()
                kind = kind_of(path)
                if kind is not None and kind not in self.opened:
                    self.opened[kind] = path
                    waiting.extend(self._open(page, path))

    def _open(self, page, path: str) -> list[str]:
        """Look at one address; where it leads."""
        try:
            answer = page.goto(path)
        except Error:
            if _is_page(page.request.get(path)):
                raise
            return []  # a file, or what leads to one
        if answer.request.redirected_from:
            return [_path(answer.url)]
        if self._seen(page, path, answer, 200):
            ways = self._ways_on(page)
            self._refuse_every_form(page)
            return ways
        return []

    def expect(self, page, path: str, status: int) -> None:
        """Look at a page that answers with this status."""
        if (kind := kind_of(path)) is not None:
            self.opened.setdefault(kind, path)
        self._seen(page, path, page.goto(path), status)

    def _seen(self, page, path: str, answer, status: int) -> bool:
        """Look at the page that is open; whether it answered with this status."""
        if answer.status != status:
            self.found.append(f"{path}: answers {answer.status}, not {status}")
        self.look(page)
        return answer.status == status

    def look(self, page) -> None:
        """What axe finds serious on the page as it stands, one line each; and whether it fits on a phone."""
        self.looked += 1
        self._give_axe(page)
        for theme, options in LOOKS.items():
            page.emulate_media(color_scheme=theme)
            wrong, judged = page.evaluate(RUN_AXE, [options, SERIOUS, " ".join(self._judged[theme])])
            self._judged[theme].update(judged.split())
            self.found += [f"{page.url} in {theme}: {what}" for what in wrong]
        if self.phone:
            size = page.viewport_size
            page.set_viewport_size(size | {"width": PHONE})
            self.found += [f"{page.url}: wider than a phone: {part}" for part in page.evaluate(STICKS_OUT)]
            page.set_viewport_size(size)

    def _give_axe(self, page) -> None:
        """Bring axe into this page, and once into every later page of the window: it is half a megabyte."""
        if page.context not in self._have_axe:
            self._have_axe.append(page.context)
            page.context.add_init_script(AXE_SCRIPT)
            page.evaluate(AXE_SCRIPT)

    def _ways_on(self, page) -> list[str]:
        """Where the page's links lead within the house; what its forms and fragments ask for is noted."""
        links, asked = page.evaluate(WAYS)
        self.asked |= {kind_of(urljoin(page.url, address)) for address in asked}
        return [_path(link) for link in links]

    def _refuse_every_form(self, page) -> None:
        """Send each form of the page with nothing typed, and look at the answer. Leaves the page anywhere."""
        address = page.url
        for place, number in enumerate(_forms_to_fill(page)):
            if place:
                page.goto(address)
            self.refuse(page, page.locator("main form[method=post]").nth(number))

    def refuse(self, page, form) -> None:
        """Send a form with nothing typed, and look at the answer if it is one with errors."""
        form.evaluate(EMPTY)
        with page.expect_navigation():
            form.evaluate("form => HTMLFormElement.prototype.submit.call(form)")
        if page.locator(REFUSED).count():
            self.look(page)

    def forgotten(self, page) -> list[str]:
        """Where this reader gets a page although nothing led there, and kinds of which no address is known."""
        found = []
        for kind in map(_plain, addresses()):
            if kind in self.opened or kind in self.asked:
                continue
            path = self._address_of(kind)
            if path is None:
                found.append(f"{kind}: nothing to open")
            elif _is_page(answer := page.request.get(path, max_redirects=0)) and answer.ok:
                found.append(f"{path}: no link leads here")
        return found

    def _address_of(self, kind: str) -> str | None:
        """An address of a kind not opened, with the ids of one that was and begins alike."""
        head = kind[: kind.rfind(">") + 1]
        if not head:
            return f"/{kind}"
        like = next((path for other, path in self.opened.items() if other.startswith(head)), None)
        if like is None:
            return None
        parts = urlsplit(like).path.split("/")[1 : head.count("/") + 2]
        return "/" + "/".join(parts) + kind[len(head) :]


def _path(link: str) -> str:
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _is_page(answer) -> bool:
    return "text/html" in answer.headers.get("content-type", "")


def _forms_to_fill(page) -> list[int]:
    """The numbers of the page's forms in which one can type or choose, one of each kind."""
    kinds = {}
    for number, action, names, can_be_filled in page.locator("main form[method=post]").evaluate_all(KINDS_OF_FORM):
        if can_be_filled:
            kinds.setdefault((kind_of(urljoin(page.url, action)), names), number)
    return list(kinds.values())
