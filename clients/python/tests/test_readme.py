"""The examples of README.md do what it says."""

import contextlib
import io
import pathlib
import re
import unittest

from support import serve

README = pathlib.Path(__file__).resolve().parents[1] / "README.md"


class ReadmeTest(unittest.TestCase):
    maxDiff = None

    def test_every_example_prints_what_it_says(self):
        server = serve(self)
        examples = re.findall(
            r"```python\n(.*?)```\n\n```text\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL
        )
        self.assertGreater(len(examples), 5)
        names = {}
        for code, expected in examples:
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(code.replace("localhost:50051", server.address), names)
            with self.subTest(code):
                self.assertEqual(printed.getvalue(), expected)


if __name__ == "__main__":
    unittest.main()
