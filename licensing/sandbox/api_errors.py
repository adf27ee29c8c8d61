"""Refusals in Stripe's own shape: status, type, code, message and the parameter that is meant.

Shape and codes: https://docs.stripe.com/api/errors and https://docs.stripe.com/error-codes
"""

from typing import Any


class ApiError(Exception):
    """A refusal that travels to the client as Stripe's error object."""

    def __init__(
        self,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        status: int = 400,
        kind: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.code = code
        self.status = status
        self.kind = kind

    def body(self) -> dict[str, Any]:
        """Return the JSON body of the answer; absent fields are left out, as Stripe does."""
        error: dict[str, Any] = {"type": self.kind, "message": self.message}
        if self.code:
            error |= {"code": self.code, "doc_url": f"https://stripe.com/docs/error-codes/{self.slug}"}
        if self.param:
            error["param"] = self.param
        return {"error": error}

    @property
    def slug(self) -> str:
        return (self.code or "").replace("_", "-")


def missing(param: str) -> ApiError:
    return ApiError(f"Missing required param: {param}.", param=param, code="parameter_missing")


def unknown(param: str) -> ApiError:
    return ApiError(f"Received unknown parameter: {param}", param=param, code="parameter_unknown")


def unsupported(param: str) -> ApiError:
    """Refuse what Stripe knows and the sandbox does not play: ignoring it would look like success."""
    return ApiError(
        f"Stripe knows {param}, this sandbox does not play it.", param=param, code="sandbox_unsupported"
    )


def no_such(kind: str, name: str, *, param: str = "id", status: int = 404) -> ApiError:
    """Refuse a name nobody knows: 404 when it stands in the path, 400 when it came as a parameter."""
    return ApiError(f"No such {kind}: '{name}'", param=param, code="resource_missing", status=status)


def unauthorised(message: str) -> ApiError:
    return ApiError(message, status=401)
