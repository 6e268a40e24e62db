"""Looks at the pages that acctl writes in headless Chromium: nothing is cut on a phone, axe-core finds no violation in
light and dark, nothing is lost on paper, filters filter.
Usage: pages.py ACCTL AXE [PICTURES]"""
import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import urllib.request

ACCTL, AXE = sys.argv[1:3]
PICTURES = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else None

PEOPLE = """acctl: 1
roles:
  triage: {name: "Triage and first answers", permissions: [tickets.view: group, tickets.edit: group, reports.view]}
  night: {name: "Night shift with a name that is long enough to be broken into lines", permissions: [tickets.view]}
role_templates:
  extra: {name: Extra, permissions: [tickets.delete, tickets.assign: global]}
teams:
  first: {name: First line, members: [ana@example.example, a.very.long.address.of.somebody@mail.department.example]}
users:
  ana@example.example: {name: Ana Ames, roles: [triage, support-agent], role_template: extra, permissions: [tickets.export]}
  a.very.long.address.of.somebody@mail.department.example: {roles: [night]}
  zoe@example.example: {name: "Zoë Ångström-Öz", roles: [admin]}
"""
CHANGED = """acctl: 1
roles:
  triage: {name: "Triage", permissions: [tickets.view: global, tickets.export, tickets.delete]}
  night: {name: "Night shift", permissions: [tickets.view, reports.view]}
  new: {name: New, permissions: [tickets.view: restricted]}
statuses:
  parked: {name: Parked, applies_to: ticket, category: pending}
"""


class Browser:
    """A session of chromedriver, by the WebDriver protocol."""

    def __init__(self):
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True)
        line = ""
        while "started successfully on port" not in line:
            line = self.driver.stdout.readline()
            if not line:
                sys.exit("chromedriver ended: " + line)
        self.url = "http://127.0.0.1:" + line.strip().rstrip(".").split()[-1]
        options = {"args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1280,900"]}
        wanted = {"goog:chromeOptions": options, "timeouts": {"script": 120_000}}  # a busy machine is slow
        started = self.call("", {"capabilities": {"alwaysMatch": wanted}}, top=True)
        self.url += "/session/" + started["sessionId"]

    def call(self, path, body, top=False):
        request = urllib.request.Request(self.url + ("/session" if top else path), json.dumps(body).encode(),
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)["value"]

    def devtools(self, command, parameters):
        return self.call("/goog/cdp/execute", {"cmd": command, "params": parameters})

    def open(self, path, width, scheme):
        self.devtools("Emulation.setDeviceMetricsOverride",
                      {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600})
        self.devtools("Emulation.setEmulatedMedia",
                      {"media": "", "features": [{"name": "prefers-color-scheme", "value": scheme}]})
        self.call("/url", {"url": pathlib.Path(path).absolute().as_uri()})

    def script(self, text, *arguments):
        return self.call("/execute/sync", {"script": text, "args": list(arguments)})

    def violations(self):
        self.script(pathlib.Path(AXE).read_text())
        return self.call("/execute/async", {"script": """
            const done = arguments[0];
            axe.run().then((result) => done(result.violations.map((one) =>
              one.id + ": " + one.nodes.slice(0, 3).map((node) => node.html + " " + node.failureSummary).join(" | "))));
        """, "args": []})

    def picture(self, name):
        if PICTURES:
            PICTURES.mkdir(parents=True, exist_ok=True)
            shot = self.devtools("Page.captureScreenshot", {"captureBeyondViewport": True, "format": "png"})
            (PICTURES / (name + ".png")).write_bytes(base64.b64decode(shot["data"]))

    def paper(self, name):
        """The text of the page as it is printed on A4."""
        printed = self.devtools("Page.printToPDF", {"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": True})
        if PICTURES:
            (PICTURES / (name + ".pdf")).write_bytes(base64.b64decode(printed["data"]))
        self.devtools("Emulation.setEmulatedMedia", {"media": "print"})
        self.devtools("Emulation.setDeviceMetricsOverride",
                      {"width": 718, "height": 1000, "deviceScaleFactor": 1, "mobile": False})
        return self.script("""
            const root = document.documentElement;
            const cut = [...document.querySelectorAll("details > :not(summary)")].filter((e) => e.offsetHeight === 0);
            return {wide: root.scrollWidth, folded: cut.map((e) => e.textContent.slice(0, 40))};""")

    def close(self):
        # The browser ends with its session; it would outlive its driver.
        urllib.request.urlopen(urllib.request.Request(self.url, method="DELETE"), timeout=60).close()
        self.driver.terminate()
        self.driver.wait()


FAILED = []


def check(condition, message):
    if not condition:
        FAILED.append(message)
        print("FAILED:", message, file=sys.stderr)


def look_at(browser, name, path):
    for width, scheme in [(1280, "light"), (420, "light"), (420, "dark"), (1280, "dark")]:
        browser.open(path, width, scheme)
        where = f"{name} at {width} px, {scheme}"
        wide = browser.script("return document.documentElement.scrollWidth")
        check(wide <= width, f"{where}: {wide} px wide")
        outside = browser.script("""
            const width = document.documentElement.clientWidth;
            return [...document.querySelectorAll("main *")].filter((e) => !e.closest(".scroll, .read, thead") &&
              e.getBoundingClientRect().right > width + 1).slice(0, 3).map((e) => e.outerHTML.slice(0, 120));""")
        check(not outside, f"{where}: cut: {outside}")
        found = browser.violations()
        check(not found, f"{where}: axe-core: {found}")
        browser.picture(f"{name}-{width}-{scheme}")
    browser.open(path, 1280, "light")
    paper = browser.paper(name)
    check(paper["wide"] <= 718, f"{name} on paper: {paper['wide']} px wide")
    check(not paper["folded"], f"{name} on paper: folded: {paper['folded']}")


def filter_groups(browser, path):
    browser.open(path, 1280, "light")
    shown = "return [...document.querySelectorAll('.group')].filter((e) => e.offsetHeight > 0).length"
    everything = browser.script(shown)
    browser.script("""
        const words = document.querySelector("input[type=search]");
        words.value = arguments[0];
        words.dispatchEvent(new Event("input", {bubbles: true}));""", "third")
    check(browser.script(shown) == 1 < everything, "the filter of the plan finds one group of several")
    browser.script("""
        document.querySelector("input[type=search]").value = "";
        document.querySelector("[name=add]").click();""")
    left = browser.script("return [...document.querySelectorAll('ul.plan > li.add')].filter((e) => e.offsetHeight > 0 &&"
                          " !e.querySelector('li:not(.hidden)')).length")
    check(left == 0, "additions are hidden when they are not wanted")


# Of each sort of page one: the index, a noun, a verb, a kind of file, a guide with pictures.
MANUAL = ["index", "acctl.1", "acctl-tenant.1", "acctl-tenant-create.1", "acctl-kinds.5", "acctl-concepts.7",
          "acctl-access.7"]


def make_pages(folder):
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "XDG_DATA_HOME": str(folder / "data"),
                   "XDG_CONFIG_HOME": str(folder / "config"), "XDG_STATE_HOME": str(folder / "state"), "LANG": "C.UTF-8"}

    def acctl(*words, allowed=(0,)):
        done = subprocess.run([ACCTL, *words], env=environment, capture_output=True, text=True)
        if done.returncode not in allowed:
            sys.exit(f"acctl {' '.join(words)}: {done.returncode}\n{done.stderr}")
        return done.stdout

    (folder / "people.yaml").write_text(PEOPLE)
    (folder / "changed.yaml").write_text(CHANGED)
    acctl("platform", "init")
    try:
        for slug, name in [("acme", "Acme Incorporated & Sons"), ("second", "Second"), ("third", "Third")]:
            acctl("tenant", "create", slug, "--name", name, "--admin-email", "it@" + slug + ".example", "--no-mail")
        for slug in ["acme", "second"]:
            acctl("apply", "-f", str(folder / "people.yaml"), "-t", slug, "--yes", "--no-mail")
        pages = {"plan": folder / "plan.html", "review": folder / "review.html", "review-all": folder / "all.html",
                 "matrix": folder / "matrix.html"}
        acctl("plan", "-f", str(folder / "changed.yaml"), "--all", "--max-removals", "100%",
              "--html", str(pages["plan"]))
        pages["review"].write_text(acctl("review", "-t", "acme", "--format", "html"))
        pages["review-all"].write_text(acctl("review", "--all", "--format", "html"))
        pages["matrix"].write_text(acctl("role", "matrix", "--pack", "messaging", "--format", "html"))
        acctl("manual", "--html", str(folder / "manual"))
        for page in MANUAL:
            pages["manual-" + page] = folder / "manual" / (page + ".html")
        return pages
    finally:
        acctl("local", "destroy", "--yes")


def main():
    folder = pathlib.Path(tempfile.mkdtemp())
    folder.chmod(0o711)
    browser = None
    try:
        pages = make_pages(folder)
        browser = Browser()
        for name, path in pages.items():
            look_at(browser, name, path)
        filter_groups(browser, pages["plan"])
    finally:
        if browser:
            browser.close()
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if FAILED else 0)


main()
