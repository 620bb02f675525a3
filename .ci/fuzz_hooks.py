"""What Schemathesis has to be told of this API: how a mail is sent, and which branch it sits on."""

import json
import os

import schemathesis


@schemathesis.serializer("message/rfc822")
def mail(context, value):
    if isinstance(value, bytes):
        return value
    return (value if isinstance(value, str) else json.dumps(value)).encode("utf-8", "replace")


@schemathesis.hook
def before_call(context, case, kwargs):
    # It finds its own token in the list of tokens; once it has ended that, every answer is 401.
    parameters = case.path_parameters or {}
    if case.operation.path == "/api-tokens/{apiToken}" and parameters.get("apiToken") == os.environ["FUZZ_TOKEN"]:
        parameters["apiToken"] = "00000000-0000-7000-8000-000000000000"
