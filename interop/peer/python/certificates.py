"""Makes the keys and certificates of the TLS tests: python certificates.py DIR."""
import datetime
import ipaddress
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID


def issue(common_name, issuer=None, names=(), days=(-1, 3650), authority=False):
    """A certificate and its key, signed by `issuer` (such a pair) or by itself."""
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([
        x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Lab"),
    ])
    now = datetime.datetime.now(datetime.timezone.utc)
    begin, end = (now + datetime.timedelta(days=day) for day in days)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(issuer[1] if issuer else key, hashes.SHA256()), key


def all_certificates():
    """What is written, by file name."""
    dns = x509.DNSName
    ca = issue("Lab CA", authority=True)
    ca2 = issue("Other CA", authority=True)
    addresses = [x509.IPAddress(ipaddress.ip_address(address)) for address in ("127.0.0.1", "::1")]
    callers = [
        dns("client.example"), x509.RFC822Name("c@example.com"), x509.UniformResourceIdentifier("spiffe://td/wl")]
    return {
        "ca": ca,
        "ca2": ca2,
        "server": issue("localhost", ca, [dns("localhost"), dns("foo.test.example"), *addresses]),
        "wrongname": issue("wrong.example", ca, [dns("wrong.example")]),
        "expired": issue("localhost", ca, [dns("localhost")], days=(-30, -1)),
        "client": issue("client-cn", ca, callers),
        "client_nosan": issue("client-cn-only", ca),
        "badclient": issue("bad-client", ca2),
    }


def main(directory):
    directory.mkdir(parents=True, exist_ok=True)
    for name, (certificate, key) in all_certificates().items():
        (directory / f"{name}.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        (directory / f"{name}.key").write_bytes(key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
