"""Makes ascribe_client.claims_pb2, with its types, from the contract whenever the package is built."""

import shutil
import tempfile
from importlib import resources
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

HERE = Path(__file__).resolve().parent
# In the repository. A source distribution brings along what it needs of it.
REPOSITORY = HERE.parent.parent
CONTRACT = "ascribe/v1/claims.proto"


def contract_root() -> Path:
    """The folder that CONTRACT lies in."""
    for root in (HERE / "proto", REPOSITORY / "proto"):
        if (root / CONTRACT).is_file():
            return root
    raise SystemExit(f"proto/{CONTRACT} is neither here nor in the repository: build from either")


def generate(package: Path) -> None:
    """Writes claims_pb2.py and claims_pb2.pyi into `package`."""
    from grpc_tools import protoc

    well_known = resources.files("grpc_tools") / "_proto"
    with tempfile.TemporaryDirectory() as out:
        arguments = [f"-I{contract_root()}", f"-I{well_known}", f"--python_out={out}", f"--pyi_out={out}", CONTRACT]
        if protoc.main(["protoc", *arguments]) != 0:
            raise SystemExit(f"proto/{CONTRACT} can't be compiled")
        made = Path(out, CONTRACT).with_name("claims_pb2.py")
        # The module as the messages know it, so that they can be pickled: where it is, not where the contract was.
        here = f"{package.name}.claims_pb2"
        code = made.read_text(encoding="utf-8")
        if "'ascribe.v1.claims_pb2'" not in code:
            raise SystemExit("the generated code doesn't name its module as it did")
        package.mkdir(parents=True, exist_ok=True)
        (package / made.name).write_text(code.replace("'ascribe.v1.claims_pb2'", f"'{here}'"), encoding="utf-8")
        shutil.copyfile(made.with_suffix(".pyi"), package / "claims_pb2.pyi")


class BuildWithMessages(build_py):
    """Builds the package, and the messages into it; for an editable install, beside the sources."""

    def run(self) -> None:
        super().run()
        root = HERE / "src" if self.editable_mode else Path(self.build_lib)
        generate(root / "ascribe_client")


class SourcesWithContract(sdist):
    """A source distribution that can be built anywhere."""

    def make_release_tree(self, base_dir: str, files: list[str]) -> None:
        super().make_release_tree(base_dir, files)
        shutil.copytree(contract_root(), Path(base_dir, "proto"), dirs_exist_ok=True)
        for licence in contract_root().parent.glob("LICENSE-*"):
            shutil.copy(licence, base_dir)


setup(cmdclass={"build_py": BuildWithMessages, "sdist": SourcesWithContract})
