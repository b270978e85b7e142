"""Does with python-karborclient what a user does with it: argv is endpoint (with the project), project id, volume id, token of
a user, token of an admin.

Uses both of the client's transports. Exits with a traceback at the first thing that is not as the client's users know it.
"""
import sys
import time

from karborclient import client
from karborclient.common.apiclient import exceptions
from keystoneauth1 import session, token_endpoint

endpoint, project, volume, token, admin_token = sys.argv[1:]
NOOP = "b766f37c-d011-4026-8228-28730d734a3f"
UNKNOWN = "00000000-0000-0000-0000-000000000000"


def plain(of):
    return client.Client("1", endpoint, token=of, project_id=project)


def by_session(of):
    auth = token_endpoint.Token(endpoint, of)
    return client.Client("1", endpoint, session=session.Session(auth=auth), service_type="data-protect")


def refused(status, call, *arguments, **named):
    try:
        call(*arguments, **named)
    except exceptions.HttpError as error:
        assert error.http_status == status, (error.http_status, status, error)
        return error
    raise AssertionError(f"not refused: {call} {arguments}")


def user(karbor):
    providers = karbor.providers.list()
    assert [provider.id for provider in providers][0] == NOOP, providers
    provider = karbor.providers.get(providers[1].id)
    assert "OS::Cinder::Volume" in provider.extended_info_schema["options_schema"]
    assert [p.id for p in karbor.providers.list(search_opts={"name": provider.name})] == [provider.id]
    assert [p.id for p in karbor.providers.list(limit=1, marker=NOOP)] == [provider.id]

    assert "OS::Cinder::Volume" in [p.protectable_type for p in karbor.protectables.list()]
    assert karbor.protectables.get("OS::Cinder::Volume").name == "OS::Cinder::Volume"
    found = karbor.protectables.list_instances("OS::Cinder::Volume", search_opts={"parameters": {"region_id": "R"}})
    assert volume in [instance.id for instance in found], found
    instance = karbor.protectables.get_instance("OS::Cinder::Volume", volume)
    assert instance.dependent_resources == [], instance

    resource = {"id": volume, "type": "OS::Cinder::Volume", "name": instance.name, "extra_info": instance.extra_info}
    parameters = {"OS::Cinder::Volume": {"backup_mode": "full", "force": "False"}}
    plan = karbor.plans.create("a plan", provider.id, [resource], parameters)
    assert plan.parameters == parameters and plan.status == "suspended", plan
    assert karbor.plans.get(plan.id, session_id="s").name == "a plan"
    assert plan.id in [p.id for p in karbor.plans.list(search_opts={"name": "a pl"}, sort="created_at:desc", limit=5)]
    assert plan.id in [p.id for p in karbor.plans.list(sort_key="name", sort_dir="asc")]
    assert karbor.plans.update(plan.id, {"name": "renamed"}).name == "renamed"
    refused(400, karbor.plans.create, "bad", UNKNOWN, [resource], {})
    refused(404, karbor.plans.get, UNKNOWN)

    checkpoint = karbor.checkpoints.create(provider.id, plan.id)
    assert checkpoint.status == "protecting", checkpoint
    with_info = karbor.checkpoints.create(provider.id, plan.id, {"why": "upgrade"})
    assert "upgrade" in with_info.extra_info, with_info
    assert karbor.checkpoints.get(provider.id, checkpoint.id).project_id == project
    listed = karbor.checkpoints.list(provider.id, search_opts={"plan_id": plan.id}, sort="created_at:asc")
    assert {c.id for c in listed} == {checkpoint.id, with_info.id}, listed
    refused(400, karbor.checkpoints.reset_state, provider.id, checkpoint.id, "error")
    refused(409, karbor.checkpoints.delete, provider.id, checkpoint.id)
    refused(404, karbor.checkpoints.get, provider.id, UNKNOWN)

    refused(409, karbor.restores.create, provider.id, checkpoint.id, None, {}, None)
    refused(404, karbor.verifications.create, provider.id, UNKNOWN, {})
    return provider.id, plan.id, checkpoint.id


def after_protect(karbor, provider, plan, checkpoint):
    assert karbor.checkpoints.reset_state(provider, checkpoint, "available") is None
    restore = karbor.restores.create(provider, checkpoint, None, {"OS::Cinder::Volume": {"restore_name": "back"}}, None)
    assert restore.status == "in_progress" and karbor.restores.get(restore.id).checkpoint_id == checkpoint
    assert restore.id in [r.id for r in karbor.restores.list(search_opts={"status": "in_progress"})]
    verification = karbor.verifications.create(provider, checkpoint, {})
    assert karbor.verifications.get(verification.id).status == "in_progress"
    assert verification.id in [v.id for v in karbor.verifications.list()]
    assert karbor.checkpoints.delete(provider, checkpoint) is None
    for log in karbor.operation_logs.list():
        assert karbor.operation_logs.get(log.id).operation_type == log.operation_type
    assert karbor.plans.delete(plan) is None
    refused(404, karbor.plans.get, plan)

    assert karbor.quotas.get(project, False).plans == 50
    assert karbor.quotas.get(project, True).plans["limit"] == 50
    assert karbor.quotas.defaults(project).checkpoints == -1
    assert karbor.quota_classes.get("default").plans == 50
    refused(403, karbor.services.list)
    refused(403, karbor.quotas.update, project, {"plans": 1})


def admin(karbor):
    assert karbor.quotas.update(project, {"plans": 60, "checkpoints": None}).plans == 60
    assert karbor.quotas.update(project, {"plans": 50}).plans == 50
    assert karbor.quota_classes.update("gold", {"plans": 7}).plans == 7
    services = karbor.services.list(binary="karbor-protection")
    assert [service.state for service in services] == ["up"], services
    refused(400, karbor.services.disable, services[0].id)


for transport in plain, by_session:
    made = user(transport(token))
    for _ in range(100):
        if transport(token).checkpoints.get(made[0], made[2]).status == "available":
            break
        time.sleep(0.01)
    after_protect(transport(token), *made)
    admin(transport(admin_token))
    try:
        transport("wrong-token").plans.list()
        raise AssertionError("not refused: a wrong token")
    except (exceptions.AuthorizationFailure, exceptions.Unauthorized):
        pass
