"""Brings Keystone's database up to date and puts the directory into it, in one process: some forty API calls would
take several times as long.

argv: CONFIG_FILE SPECIFICATION_FILE. Prints the ids as JSON. What exists already is left, so it may run again.
"""
import json
import sys
import uuid

import keystone.conf
import keystone.server
from keystone import exception
from keystone.cmd import bootstrap
from keystone.common import driver_hints, provider_api
from keystone.common.sql import upgrades

API = provider_api.ProviderAPIs


def only(**filters):
    hints = driver_hints.Hints()
    for name, value in filters.items():
        hints.add_filter(name, value)
    return hints


def roles(names):
    found = {role['name']: role['id'] for role in API.role_api.list_roles(only(domain_id=None))}
    for name in names:
        if name not in found:
            found[name] = uuid.uuid4().hex
            API.role_api.create_role(found[name], {'id': found[name], 'name': name, 'domain_id': None})
    return found


def project(name, domain):
    try:
        return API.resource_api.get_project_by_name(name, domain)['id']
    except exception.ProjectNotFound:
        new = uuid.uuid4().hex
        API.resource_api.create_project(new, {
            'id': new, 'name': name, 'domain_id': domain, 'parent_id': domain, 'enabled': True, 'is_domain': False,
            'description': ''})
        return new


def user(name, domain, password):
    try:
        return API.identity_api.get_user_by_name(name, domain)['id']
    except exception.UserNotFound:
        return API.identity_api.create_user(
            {'name': name, 'domain_id': domain, 'enabled': True, 'password': password})['id']


def grant(user_id, project_id, role_id):
    try:
        API.assignment_api.add_role_to_user_and_project(user_id, project_id, role_id)
    except exception.Conflict:
        pass        # has it


def publish(kind, name, url, region):
    """One URL for all three interfaces; an existing entry gets the URL of the specification."""
    services = API.catalog_api.list_services(only(type=kind))
    service = services[0]['id'] if services else uuid.uuid4().hex
    if not services:
        API.catalog_api.create_service(service, {'id': service, 'type': kind, 'name': name, 'enabled': True})
    existing = {end['interface']: end for end in API.catalog_api.list_endpoints(only(service_id=service))
                if end['service_id'] == service}
    for interface in ('public', 'internal', 'admin'):
        if interface not in existing:
            new = uuid.uuid4().hex
            API.catalog_api.create_endpoint(new, {
                'id': new, 'interface': interface, 'url': url, 'enabled': True, 'service_id': service,
                'region_id': region})
        elif existing[interface]['url'] != url:
            API.catalog_api.update_endpoint(existing[interface]['id'], {'url': url})


def main():
    config, specification = sys.argv[1:]
    sys.argv = sys.argv[:1]         # keystone parses the command line, too
    with open(specification) as file:
        want = json.load(file)
    keystone.server.configure(config_files=[config])
    upgrades.offline_sync_database_to_version()

    first = bootstrap.Bootstrapper()
    first.admin_username, first.admin_password = 'admin', want['password']
    first.project_name, first.admin_role_name, first.service_name = 'admin', 'admin', 'keystone'
    first.region_id = want['region']
    first.public_url = first.internal_url = first.admin_url = want['keystone_url']
    first.bootstrap()

    role_ids = roles(want['roles'])
    project_ids = {name: project(name, want['domain']) for name in ['admin', *want['projects']]}
    user_ids = {name: user(name, want['domain'], want['password']) for name in ['admin', *want['users']]}
    for name, grants in want['users'].items():
        for where, role in grants:
            grant(user_ids[name], project_ids[where], role_ids[role])
    for kind, name, url in want['catalogue']:
        publish(kind, name, url, want['region'])
    print(json.dumps({'projects': project_ids, 'users': user_ids, 'roles': role_ids}))


if __name__ == '__main__':
    main()
