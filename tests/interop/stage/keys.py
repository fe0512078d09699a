"""Throw-away RSA keys, in the forms that clients want. Nothing is kept after the run."""

import subprocess
from pathlib import Path


def openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=60)


def body(pem: Path) -> str:
    """The base64 of a PEM file in one line, as the console of Alipay hands keys out."""
    return "".join(line for line in pem.read_text().splitlines() if not line.startswith("-----"))


class KeyPair:
    """A 2048-bit key pair in a folder."""

    def __init__(self, folder: Path, name: str) -> None:
        self.private_file = folder / f"{name}.pem"
        self.public_file = folder / f"{name}.pub.pem"
        pkcs1_file = folder / f"{name}.pkcs1.pem"
        openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", str(self.private_file))
        openssl("pkey", "-in", str(self.private_file), "-pubout", "-out", str(self.public_file))
        openssl("rsa", "-in", str(self.private_file), "-traditional", "-out", str(pkcs1_file))
        self.pkcs8 = body(self.private_file)
        self.pkcs1 = body(pkcs1_file)
        self.public = body(self.public_file)
