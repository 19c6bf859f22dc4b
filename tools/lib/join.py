#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Joins our files to somebody else's source tree, and can say what it did.

usage: join.py TREE [--overlay SRC:DST]... [--retire FILE]... [--hooks DIR]...
               [--insert FILE]... [--paths FILE]... [--diff OUT]

--overlay SRC:DST  every file below SRC, or SRC itself where it is a file,
                   stands at TREE/DST afterwards
--retire FILE      base files, one a line, that go away or that an overlay
                   file replaces
--hooks DIR        semantic patches; the head comment of each says
                       // File: path/in/tree.c
                       // Expect: 5 -> 0 /regular expression/
                   the second (at least one) being the number of the file's
                   lines that match before and after, or "+2", how many more
                   there are after. A file macros.h beside
                   them says what the base's macros mean to the parser. Names
                   are matched as "= {one, two}": what else than ^name$ a regular
                   expression of Coccinelle means depends on how it was built.
--insert FILE      edits of single lines, tab-separated:
                       path  after|before|replace  anchor regexp  text
                   the anchor matches exactly one line, or with \\n in it (only
                   "replace") lines in one place; \\t and \\n in the text
--paths FILE       where this tree has files of the base that --retire, --hooks and
                   --insert name as a newer one has them, tab-separated:
                       path  path in this tree
                   or two folders, which end in /; the first that fits counts
--diff OUT         write everything as one patch against the clean base

What the base had is kept in TREE/.openuv/orig, so joining again starts from it:
it is idempotent, and a file is written only when its content changes, so that
a build sees just what is new. A base file that was changed by somebody else in
the meantime, and a hook that does not apply exactly as announced, end it with
a message; the tree is then as it was.
"""
import argparse
import functools
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile


class Refused(Exception):
    """Why the tree cannot be joined, in words for the user."""


def digest(data):
    return hashlib.sha256(data).hexdigest()


def read(path):
    with open(path, 'rb') as f:
        return f.read()


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    temp = path + '.join'
    with open(temp, 'wb') as f:
        f.write(data)
    os.replace(temp, path)


def table(path):
    """The lines of a data file, without comments and blank lines."""
    with open(path, encoding='utf-8') as f:
        for number, line in enumerate(f, 1):
            line = line.rstrip('\n')
            if line.strip() and not line.startswith('#'):
                yield number, line


class Hook:
    """One semantic patch: the file it edits and what must come of it."""

    def __init__(self, path):
        self.path = path
        self.name = os.path.basename(path)
        self.data = read(path)
        text = self.data.decode()
        self.options = []
        macros = os.path.join(os.path.dirname(path), 'macros.h')
        if os.path.exists(macros):
            self.options = ['--macro-file', macros]
            self.data += read(macros)
        if re.search(r'[=!]~ "[^"]*[(){}|+?\\]', text):
            raise Refused(f'{path}: regular expressions of Coccinelle 1.1 and 1.3 '
                          'differ in (){}|+? and backslashes; use "= {one, two}"')
        files = re.findall(r'^// File: (\S+)$', text, re.M)
        self.expect = [(a and int(a), int(b), e) for a, b, e in re.findall(
            r'^// Expect: (?:(\d+) -> |\+)(\d+) /(.*)/$', text, re.M)]
        if len(files) != 1 or not self.expect:
            raise Refused(f'{path}: needs one "// File:" line and an '
                          '"// Expect: N -> M /regexp/" line')
        self.file = files[0]

    def check(self, base, text=None):
        """The base's content; what has become of it, too, when it is there."""
        def count(expr, content):
            return sum(1 for line in content.splitlines() if re.search(expr, line))

        after = text is not None
        for before_n, after_n, expr in self.expect:
            had = count(expr, base)
            if before_n == '':
                before_n, after_n = had, had + after_n
            want = after_n if after else before_n
            have = count(expr, text) if after else had
            if have != want:
                when = 'after applying it' if after else 'in the base'
                raise Refused(f'{self.file}: {when} {have} lines match /{expr}/, '
                              f'{self.name} expects {want}')

    def apply(self, data):
        base = data.decode()
        self.check(base)
        with tempfile.TemporaryDirectory() as tmp:
            work = os.path.join(tmp, os.path.basename(self.file))
            with open(work, 'wb') as f:
                f.write(data)
            run = subprocess.run(
                ['spatch', '--very-quiet', '--no-includes', *self.options,
                 '--sp-file', self.path, '--in-place', work], capture_output=True, text=True, check=False)
            if run.returncode:
                raise Refused(f'{self.name}: spatch failed on {self.file}:\n{run.stderr}')
            data = read(work)
        self.check(base, data.decode())
        return data


class Insertion:
    """One edited line of a table, Makefile or Kconfig file."""

    def __init__(self, path, number, line):
        parts = line.split('\t')
        if len(parts) != 4 or parts[1] not in ('after', 'before', 'replace'):
            raise Refused(f'{path}:{number}: not "file<TAB>after|before|replace'
                          '<TAB>anchor<TAB>text"')
        self.where = f'{os.path.basename(path)}:{number}'
        self.file, self.kind, self.anchor, text = parts
        self.text = text.replace('\\n', '\n').replace('\\t', '\t')
        self.data = line.encode()
        self.spans_lines = '\\n' in self.anchor
        if self.spans_lines and self.kind != 'replace':
            raise Refused(f'{path}:{number}: an anchor with \\n can only be replaced')

    def apply(self, data):
        if self.spans_lines:
            return self.apply_lines(data.decode()).encode()
        lines = data.decode().split('\n')
        hits = [i for i, line in enumerate(lines) if re.search(self.anchor, line)]
        if len(hits) != 1:
            raise Refused(f'{self.file}: {len(hits)} lines match /{self.anchor}/, '
                          f'{self.where} expects 1')
        i = hits[0]
        if self.kind == 'replace':
            lines[i] = re.sub(self.anchor, lambda _: self.text, lines[i])
        else:
            lines.insert(i + (self.kind == 'after'), self.text)
        return '\n'.join(lines).encode()

    def apply_lines(self, text):
        """The same where the anchor spans lines."""
        text, hits = re.subn(self.anchor, lambda _: self.text, text, flags=re.M)
        if hits != 1:
            raise Refused(f'{self.file}: {hits} places match /{self.anchor}/, '
                          f'{self.where} expects 1')
        return text


class Paths:
    """Where a tree has the files that a newer one has elsewhere."""

    def __init__(self, files):
        self.moved = []
        for path in files:
            for number, line in table(path):
                pair = line.split('\t')
                if len(pair) != 2 or pair[0].endswith('/') != pair[1].endswith('/'):
                    raise Refused(f'{path}:{number}: not "path<TAB>path in this tree", '
                                  'both folders or none')
                self.moved.append(pair)

    def __getitem__(self, name):
        for newer, here in self.moved:
            if name == newer:
                return here
            if newer.endswith('/') and name.startswith(newer):
                return here + name[len(newer):]
        return name


def ours(src):
    """The files below src that belong to the project, relative to src."""
    if os.path.isfile(src):
        return ['']
    run = subprocess.run(
        ['git', '-C', src, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
        capture_output=True, check=False)
    if run.returncode == 0:
        names = [n.decode() for n in run.stdout.split(b'\0') if n]
    else:
        names = [os.path.relpath(os.path.join(d, n), src)
                 for d, _, found in os.walk(src) for n in found]
    return sorted(n for n in names if os.path.isfile(os.path.join(src, n)))


class Tree:
    """The tree that is joined, and the record of what was done to it."""

    def __init__(self, top):
        self.top = top
        self.state = os.path.join(top, '.openuv')
        self.record_path = os.path.join(self.state, 'record.json')
        try:
            self.record = json.loads(read(self.record_path))
        except (OSError, ValueError):
            self.record = {}

    def path(self, name):
        return os.path.join(self.top, name)

    def orig_path(self, name):
        return os.path.join(self.state, 'orig', name)

    def original(self, name):
        """The base's content of a file, None where the base has no such file."""
        if os.path.exists(self.orig_path(name)):
            return read(self.orig_path(name))
        if name in self.record or not os.path.exists(self.path(name)):
            return None
        return read(self.path(name))

    @staticmethod
    def mark(data):
        return digest(data) if data is not None else None

    def now(self, name):
        path = self.path(name)
        return digest(read(path)) if os.path.exists(path) else None

    def check_untouched(self, wanted):
        """Refuse when a file that we would write was changed by others."""
        for name, made in self.record.items():
            now = self.now(name)
            if now in made or now in (self.mark(wanted.get(name)),
                                      self.mark(self.original(name))):
                continue
            raise Refused(f'{self.path(name)} was changed since it was joined; '
                          'undo or move that change, then join again')

    def commit(self, wanted):
        """Make every file of wanted stand in the tree; None removes it."""
        self.check_untouched(wanted)
        for name in self.record:  # what an earlier join made and this one does not
            wanted.setdefault(name, self.original(name))
        base = {name: self.original(name) for name in wanted}
        for name, orig in base.items():
            if orig is not None and not os.path.exists(self.orig_path(name)):
                write(self.orig_path(name), orig)
        # While files are written both the old and the new content count as
        # ours, so an interrupted run can be repeated.
        marks = {name: [self.mark(data)] for name, data in wanted.items()}
        self.save({name: made + self.record.get(name, []) for name, made in marks.items()})
        changed = 0
        for name, data in wanted.items():
            if self.now(name) == self.mark(data):
                continue
            if data is None:
                self.remove(name)
            else:
                write(self.path(name), data)
            changed += 1
        ours_now = {name: made for name, made in marks.items()
                    if made != [self.mark(base[name])]}
        self.save(ours_now)
        for name in marks.keys() - ours_now.keys():
            if os.path.exists(self.orig_path(name)):
                os.remove(self.orig_path(name))
        return changed

    def remove(self, name):
        os.remove(self.path(name))
        folder = os.path.dirname(name)
        while folder and not os.listdir(self.path(folder)):
            os.rmdir(self.path(folder))
            folder = os.path.dirname(folder)

    def save(self, record):
        write(self.record_path, json.dumps(record, indent=1).encode())


@functools.lru_cache
def spatch_version():
    """What one Coccinelle makes of a hook counts for it alone."""
    if not shutil.which('spatch'):
        return b''
    run = subprocess.run(['spatch', '--version'], capture_output=True, check=False)
    return run.stdout.split(b'\n')[0]


def edited(tree, name, edits):
    """The base's file after its edits, from a cache where they were made before."""
    data = tree.original(name)
    if data is None:
        raise Refused(f'{tree.path(name)} does not exist, {edits[0].data[:60]!r} needs it')
    key = digest(b'\0'.join([data, spatch_version()] + [e.data for e in edits]))
    cached = os.path.join(tree.state, 'cache', key)
    if os.path.exists(cached):
        return read(cached)
    for edit in edits:
        data = edit.apply(data)
    write(cached, data)
    return data


def plan(args, tree):
    """What every touched file of the tree has to contain: name -> bytes or None."""
    wanted = {}
    edits = {}
    paths = Paths(args.paths)
    for path in args.retire:
        for _, name in table(path):
            name = paths[name]
            if tree.original(name) is None:
                raise Refused(f'{tree.path(name)} does not exist but is to be retired: '
                              'another version of the base?')
            wanted[name] = None
    hooks = [os.path.join(folder, entry) for folder in args.hooks for entry in os.listdir(folder)
             if entry.endswith('.cocci')]
    for path in sorted(hooks, key=os.path.basename):
        hook = Hook(path)
        hook.file = paths[hook.file]
        edits.setdefault(hook.file, []).append(hook)
    for path in args.insert:
        for number, line in table(path):
            ins = Insertion(path, number, line)
            ins.file = paths[ins.file]
            edits.setdefault(ins.file, []).append(ins)
    for name, list_ in edits.items():
        wanted[name] = edited(tree, name, list_)
    for pair in args.overlay:
        src, dst = pair.split(':')
        for name in ours(src):
            target = os.path.normpath(os.path.join(dst, name))
            data = read(os.path.join(src, name) if name else src)
            if target not in wanted and tree.original(target) not in (None, data):
                raise Refused(f'{tree.path(target)} exists and is not to be retired: '
                              'a conflicting change?')
            wanted[target] = data
    return wanted


def write_diff(tree, wanted, out):
    """Everything as one patch, against the clean base, for patch -p1."""
    with tempfile.TemporaryDirectory() as tmp:
        for name, data in wanted.items():
            for side, content in (('a', tree.original(name)), ('b', data)):
                if content is not None:
                    write(os.path.join(tmp, side, name), content)
        for side in 'ab':
            os.makedirs(os.path.join(tmp, side), exist_ok=True)
        run = subprocess.run(['diff', '-purN', 'a', 'b'], cwd=tmp,
                             env={**os.environ, 'TZ': 'UTC', 'LC_ALL': 'C'},
                             capture_output=True, check=False)
        if run.returncode > 1:
            raise Refused(f'diff failed: {run.stderr.decode()}')
    # File times would make the same patch differ from run to run; diff and
    # patch know a missing side by /dev/null as well.
    lines = []
    for line in run.stdout.split(b'\n'):
        mark = re.match(rb'(---|\+\+\+) ([ab])/([^\t]*)\t(.*)$', line)
        if mark:
            gone = mark.group(4).startswith(b'1970-01-01')
            where = b'/dev/null' if gone else mark.group(2) + b'/' + mark.group(3)
            line = mark.group(1) + b' ' + where
        if not line.startswith(b'diff -purN'):
            lines.append(line)
    write(os.path.abspath(out), b'\n'.join(lines))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('tree')
    parser.add_argument('--overlay', action='append', default=[])
    parser.add_argument('--retire', action='append', default=[])
    parser.add_argument('--hooks', action='append', default=[])
    parser.add_argument('--insert', action='append', default=[])
    parser.add_argument('--paths', action='append', default=[])
    parser.add_argument('--diff')
    args = parser.parse_args()
    tree = Tree(args.tree)
    try:
        if args.hooks and not shutil.which('spatch'):
            raise Refused('spatch is missing: install the package coccinelle')
        wanted = plan(args, tree)
        if args.diff:
            write_diff(tree, wanted, args.diff)
        else:
            total = len(wanted)
            changed = tree.commit(wanted)
            print(f'  {"join":9} {args.tree}: {total} files of ours, {changed} written',
                  file=sys.stderr)
    except Refused as why:
        print(f'error: {why}', file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
