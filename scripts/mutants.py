"""What scripts/mutants.sh runs; see there for the usage.

A list in tests/mutants has a block for each change, apart by blank lines:

    promise: 6               or rule: output; the name or the tags of the test must say so
    file: provisioning/x.cpp or an .sql file that the build embeds
    within: TEXT             where the text before occurs several times: the first one behind TEXT is meant
    test: unit: NAME         the label and the whole name of a test case; several lines for several tests
    - the text before        one or more lines, which occur once
    + the text after         none: it is taken out
"""

import argparse
import concurrent.futures
import json
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
FOLDERS = {"unit": "unit", "database": "database", "cli": "cli", "fault": "faults"}
TIMEOUT = 120  # of a test, in seconds


class Mutant:
    def __init__(self, place):
        self.place = place  # FILE:LINE of the list
        self.keeps = self.file = self.within = ""  # keeps: "promise 6", "rule output"
        self.tests = []
        self.before = []
        self.after = []

    def label(self):
        before, after = (" ".join(" ".join(lines).split()) for lines in (self.before, self.after))
        return f"{self.file}: {before[:60]} -> {after[:60] or 'nothing'}"

    def mutated(self):
        """The text of the file with the change. Raises ValueError where it does not fit."""
        text = (TOP / self.file).read_text()
        start = 0
        if self.within:
            if text.count(self.within) != 1:
                raise ValueError(f"'{self.within}' occurs {text.count(self.within)} times in {self.file}")
            start = text.index(self.within)
        before = "\n".join(self.before)
        # A place that was told by what stands before it is the first one from there.
        count = text.count(before, start)
        if count == 0 or (count > 1 and not self.within):
            raise ValueError(f"'{before}' occurs {count} times in {self.file}")
        at = text.index(before, start)
        return text[:at] + "\n".join(self.after) + text[at + len(before):]


def read_mutants():
    mutants, problems = [], []
    for path in sorted((TOP / "tests/mutants").glob("*.txt")):
        current = None
        for number, line in enumerate(path.read_text().splitlines() + [""], 1):
            place = f"{path.relative_to(TOP)}:{number}"
            if line.startswith("#"):
                continue
            if not line.strip():
                current = None
                continue
            if current is None:
                current = Mutant(place)
                mutants.append(current)
            key, _, value = line.partition(": ")
            if line[0] in "-+" and (len(line) == 1 or line[1] == " "):  # as in a diff, with a space behind the sign
                (current.before if line[0] == "-" else current.after).append(line[2:])
            elif key in ("promise", "rule"):
                current.keeps = line.replace(":", "", 1)
            elif key in ("file", "within"):
                setattr(current, key, value)
            elif key == "test":
                current.tests.append(value)
            else:
                problems.append(f"{place}: what is '{line}'?")
    return mutants, problems


def read_test_cases():
    """Names of all test cases as ctest tells them, with their tags."""
    literal = r'"(?:[^"\\\n]|\\.)*"'
    case = re.compile(rf"TEST_CASE\(\s*((?:{literal}\s*)+)(?:,\s*((?:{literal}\s*)+))?\)")
    text = lambda group: "".join(json.loads(one) for one in re.findall(literal, group or ""))
    cases = {}
    for label, folder in FOLDERS.items():
        for path in (TOP / "tests" / folder).rglob("*.cpp"):
            for found in case.finditer(path.read_text()):
                cases[f"{label}: {text(found[1])}"] = text(found[2])
    return cases


def check(mutants):
    """What is wrong with the lists themselves."""
    cases = read_test_cases()
    seen, problems = set(), []
    for mutant in mutants:
        say = lambda what: problems.append(f"{mutant.place}: {what}")
        if not (mutant.file and mutant.keeps and mutant.tests and mutant.before):
            say("it takes a promise or rule, a file, a test and a text before")
            continue
        if not (TOP / mutant.file).is_file():
            say(f"there is no {mutant.file}")
            continue
        try:
            text = mutant.mutated()
            if text == (TOP / mutant.file).read_text():
                say("it changes nothing")
            if (mutant.file, text) in seen:
                say("it is there twice")
            seen.add((mutant.file, text))
        except ValueError as error:
            say(error)
        for test in mutant.tests:
            if test not in cases:
                say(f"there is no test '{test}'")
            elif mutant.keeps not in test + cases[test]:
                say(f"the test '{test}' does not name {mutant.keeps}, in its name or its tags")
    return problems


class Build:
    """The commands of a build folder, changed for a mutant."""

    def __init__(self, folder):
        self.folder = folder
        self.compiles = json.loads((folder / "compile_commands.json").read_text())
        self.links = {}

    def make(self, programs, current):
        if not current:
            subprocess.run(["cmake", "--build", str(self.folder), "--target", *programs], check=True,
                           stdout=subprocess.DEVNULL)
        for program in programs:
            self.links[program] = self._link_words(program)

    def program(self, program):
        return self.folder / ("bin/acctl" if program == "acctl" else f"tests/{program}")

    def _link_words(self, program):
        output = str(self.program(program).relative_to(self.folder))
        commands = subprocess.run(["ninja", "-C", str(self.folder), "-t", "commands", output], check=True,
                                  capture_output=True, text=True).stdout.splitlines()
        for command in reversed(commands):
            for part in command.split(" && "):
                if f" -o {output} " in part:
                    return shlex.split(part)
        raise RuntimeError(f"no command links {output}")

    def compile(self, file, source, target, output):
        """Compiles `source`, which stands for `file` of the repository, as that is compiled."""
        own = [e for e in self.compiles if Path(e["file"]) == (TOP / file if isinstance(file, str) else file)]
        # A function is called by its name, also by what was compiled together with it. The texts are constants, which
        # the compiler has then taken into their readers: a change of them would not be seen, and would seem to survive.
        if not own and not isinstance(file, str):
            return 1, f"{file} has to be compiled alone; configure {self.folder} again"
        unity = [e for e in self.compiles if f"/{target}.dir/Unity/" in e["file"]]
        entry = (own or unity)[0]
        words = shlex.split(entry["command"])
        at = words.index("-o")
        words[at + 1] = str(output)
        words[words.index("-c") + 1] = str(source)
        # A change may leave something unused.
        launcher = [ccache] if (ccache := shutil.which("ccache")) else []
        return run(launcher + words + ["-Wno-error", "-w"], self.folder,
                   {"CCACHE_SLOPPINESS": "pch_defines,time_macros"})

    def link(self, program, objects, output):
        words = list(self.links[program])
        words[words.index("-o") + 1] = str(output)
        first = next(i for i, word in enumerate(words) if word.endswith(".o"))
        # The first definition counts.
        words[first:first] = [str(one) for one in objects] + ["-Wl,--allow-multiple-definition"]
        return run(words, self.folder)


def run(words, folder, environment=None, timeout=600):
    try:
        done = subprocess.run(words, cwd=folder, env={**os.environ, **(environment or {})}, timeout=timeout,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        return done.returncode, done.stdout
    except subprocess.TimeoutExpired:
        return -1, f"no end within {timeout} s"


def run_test(test, program, environment):
    name = test.partition(": ")[2]
    escaped = re.sub(r'([,\[\]"\\*~])', r"\\\1", name)
    status, output = run([str(program), escaped], TOP, environment, TIMEOUT)
    if "No test cases matched" in output:
        return None, output
    return status, output


def is_sql(file):
    return file.endswith((".sql", ".yaml"))


class Runner:
    def __init__(self, build, scratch):
        self.build = build
        self.scratch = scratch

    @staticmethod
    def environment(folder, acctl, mutant):
        environment = {"ASAN_OPTIONS": "detect_leaks=0", "ACCTL_TEST_PROGRAM": str(acctl)}
        if mutant and mutant.file.startswith("templates/"):
            environment["ACCTL_TEST_SNAPSHOTS"] = str(folder)
        return environment

    def baseline(self, test):
        program = self.build.program(program_of(test))
        return run_test(test, program, self.environment(None, self.build.program("acctl"), None))

    def objects(self, mutant, folder):
        """Compiles what is changed: (object, "") or (None, why not)."""
        output = folder / "changed.o"
        changed = folder / mutant.file
        changed.parent.mkdir(parents=True, exist_ok=True)
        if not is_sql(mutant.file):
            changed.write_text(mutant.mutated())
            target = "provisioning" if mutant.file.startswith("provisioning/") else "front"
            status, text = self.build.compile(mutant.file, changed, target, output)
            return (output, "") if status == 0 else (None, text)
        for sources in ("templates", "provisioning"):
            for path in (TOP / sources).rglob("*"):
                if is_sql(path.name):
                    copy = folder / path.relative_to(TOP)
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, copy)
        changed.write_text(mutant.mutated())
        embedded = folder / "generated/embedded.cpp"
        embedded.parent.mkdir(exist_ok=True)
        status, text = run(["cmake", f"-DSOURCE={folder}", f"-DOUTPUT={embedded}", "-P",
                            str(TOP / "templates/embed.cmake")], folder)
        if status == 0:
            status, text = self.build.compile(self.build.folder / "generated/embedded.cpp", embedded, "provisioning",
                                              output)
        return (output, "") if status == 0 else (None, text)

    def judge(self, mutant):
        """(killed | survived | broken, by what or why)."""
        folder = Path(self.scratch) / mutant.place.replace("/", "-").replace(":", "-")
        folder.mkdir(parents=True)
        try:
            changed, why = self.objects(mutant, folder)
            if changed is None:
                return "broken", why
            programs = {program_of(test) for test in mutant.tests}
            own = {p for p in programs if p in ("unit_tests", "database_tests") or mutant.file.startswith("templates/")}
            acctl = self.build.program("acctl")
            if programs - {"unit_tests"}:
                own.add("acctl")
            for program in own:
                status, text = self.build.link(program, [changed], folder / program)
                if status != 0:
                    return "broken", text
            if "acctl" in own:
                acctl = folder / "acctl"
            for test in mutant.tests:
                program = program_of(test)
                path = folder / program if program in own else self.build.program(program)
                status, text = run_test(test, path, self.environment(folder, acctl, mutant))
                # What PostgreSQL cannot even read says nothing of the test.
                if status is None or "syntax error at or near" in text:
                    return "broken", text
                if status != 0:
                    return "killed", test
            return "survived", ""
        finally:
            shutil.rmtree(folder)


def program_of(test):
    return test.partition(": ")[0] + "_tests"


def chosen(mutants, options):
    if options.words:
        mutants = [m for m in mutants
                   if any(word in f"{m.place} {m.file} {m.keeps}. {' '.join(m.tests)}" for word in options.words)]
    if options.sample:
        mutants = random.Random(options.seed).sample(mutants, min(options.sample, len(mutants)))
    return mutants


def main():
    parser = argparse.ArgumentParser(prog="scripts/mutants.sh", add_help=True)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=time.time_ns())
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--build", type=Path, default=TOP / "build/dev")
    parser.add_argument("--built", action="store_true")
    parser.add_argument("words", nargs="*", metavar="WORD")
    options = parser.parse_args()

    mutants, problems = read_mutants()
    problems += check(mutants)
    for problem in problems:
        print(problem)
    if options.list or problems:
        print(f"{len(mutants)} mutants, {len(problems)} problems")
        return 1 if problems else 0
    mutants = chosen(mutants, options)
    if options.sample:
        print(f"{len(mutants)} mutants of seed {options.seed}")
    if not mutants:
        print("no mutant is chosen")
        return 1

    build = Build(options.build.resolve())
    tests = sorted({test for mutant in mutants for test in mutant.tests})
    build.make(sorted({program_of(test) for test in tests} | {"acctl"}), options.built)
    scratch = TOP / "build/mutants"
    shutil.rmtree(scratch, ignore_errors=True)
    runner = Runner(build, scratch)
    count = {"killed": 0, "survived": 0, "broken": 0}
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        # A test that fails anyway kills nothing.
        failing = set()
        for test, (status, text) in zip(tests, pool.map(runner.baseline, tests)):
            if status != 0:
                print(f"{test}: fails without any change\n{text}")
                failing.add(test)
        count["broken"] = sum(1 for mutant in mutants if failing & set(mutant.tests))
        mutants = [mutant for mutant in mutants if not failing & set(mutant.tests)]
        for mutant, (how, why) in zip(mutants, pool.map(runner.judge, mutants)):
            count[how] += 1
            print(f"{how if how == 'killed' else how.upper():8}  {mutant.place}: {mutant.label()}", flush=True)
            if how == "broken":
                print(why)
    shutil.rmtree(scratch, ignore_errors=True)
    print(", ".join(f"{number} {how}" for how, number in count.items()))
    return 1 if count["survived"] or count["broken"] else 0


sys.exit(main())
