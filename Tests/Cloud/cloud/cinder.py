"""Cinder: API, scheduler, volume and backup, with volumes and backups that are plain files."""
import datetime
import json

from . import keystone, mysql, processes, rabbit, settings
from .tools import request, run, token, wait_until, write

NEEDS = ('mysql', 'rabbit', 'keystone')
PACKAGES = ('python3-cinder',)
DAEMONS = {'cinder-api': 0.0, 'cinder-scheduler': 0.0, 'cinder-volume': 0.0, 'cinder-backup': 0.0}

HOME = settings.DIR / 'cinder'
VOLUMES = HOME / 'volumes'
BACKUPS = HOME / 'backups'

_CONF = """[DEFAULT]
debug = {debug}
use_stderr = true
host = cloud
my_ip = {host}
state_path = {home}
transport_url = {rabbit}
auth_strategy = keystone
api_paste_config = {paste}
resource_query_filters_file = {filters}
osapi_volume_listen = {host}
osapi_volume_listen_port = {port}
osapi_volume_workers = 1
enabled_backends = files
default_volume_type = __DEFAULT__
rootwrap_config = /dev/null
report_interval = 3
service_down_time = 20
scheduler_driver_init_wait_time = 1
periodic_interval = 5
periodic_fuzzy_delay = 0
quota_volumes = -1
quota_snapshots = -1
quota_gigabytes = -1
quota_backups = -1
quota_backup_gigabytes = -1
backup_driver = file_backups.FileBackups
backup_posix_path = {backups}
backup_file_size = 52428800
backup_compression_algorithm = none
backup_enable_progress_timer = false
backup_workers = 1
[files]
volume_driver = file_volumes.FileVolumes
volume_backend_name = files
file_volumes_dir = {volumes}
file_volumes_gib_bytes = {gib_bytes}
volume_clear = none
[database]
connection = {database}
[coordination]
backend_url = file://{home}/coordination
[oslo_concurrency]
lock_path = {home}/lock
[oslo_messaging_notifications]
driver = noop
[oslo_messaging_rabbit]
heartbeat_timeout_threshold = 60
heartbeat_in_pthread = false
rabbit_retry_interval = 1
rabbit_retry_backoff = 1
[privsep]
helper_command = privsep-helper --config-file {conf}
[cinder_sys_admin]
helper_command = privsep-helper --config-file {conf}
[privsep_osbrick]
helper_command = privsep-helper --config-file {conf}
[keystone_authtoken]
www_authenticate_uri = {auth_url}
auth_type = password
auth_url = {auth_url}
username = cinder
password = {password}
project_name = service
user_domain_id = {domain}
project_domain_id = {domain}
region_name = {region}
service_type = block-storage
service_token_roles = service
service_token_roles_required = true
# The middleware's cache knows nothing of the allow_expired window: an expired token that it has accepted once
# would stay acceptable for as long as it is cached.
token_cache_time = -1
"""

_PASTE = """[composite:osapi_volume]
use = call:cinder.api:root_app_factory
/: versions
/v3: v3
[composite:v3]
use = call:cinder.api.middleware.auth:pipeline_factory
keystone = request_id proxy_headers fault_wrap size_limit authtoken context app
[pipeline:versions]
pipeline = request_id proxy_headers fault_wrap versions_app
[app:app]
paste.app_factory = cinder.api.v3.router:APIRouter.factory
[app:versions_app]
paste.app_factory = cinder.api.versions:Versions.factory
[filter:request_id]
paste.filter_factory = cinder.api.middleware.request_id:RequestId.factory
[filter:proxy_headers]
paste.filter_factory = oslo_middleware.http_proxy_to_wsgi:HTTPProxyToWSGI.factory
[filter:fault_wrap]
paste.filter_factory = cinder.api.middleware.fault:FaultWrapper.factory
[filter:size_limit]
paste.filter_factory = oslo_middleware.sizelimit:RequestBodySizeLimiter.factory
[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
[filter:context]
paste.filter_factory = cinder.api.middleware.auth:CinderKeystoneContext.factory
"""

_FILTERS = {
    'volume': ['name', 'status', 'metadata', 'bootable', 'migration_status', 'availability_zone', 'group_id', 'size',
               'created_at', 'updated_at'],
    'snapshot': ['name', 'status', 'volume_id', 'metadata', 'availability_zone'],
    'backup': ['name', 'status', 'volume_id'],
    'message': ['resource_uuid', 'resource_type', 'event_id', 'request_id', 'message_level'],
    'volume_type': ['is_public', 'extra_specs'],
}


def start(wanted):
    for folder in (VOLUMES, BACKUPS, HOME / 'lock', HOME / 'coordination'):
        folder.mkdir(parents=True, exist_ok=True)
    # os-brick asks it for the machine's UUID, and where it is missing a backup stays in `creating` for ever.
    write(settings.BIN / 'dmidecode', '#!/bin/sh\necho 6b617262-6f72-4c6f-8c6f-75640000c10d\n', 0o755)
    etc = settings.ETC / 'cinder'
    paste = write(etc / 'api-paste.ini', _PASTE)
    filters = write(etc / 'resource_filters.json', json.dumps(_FILTERS))
    conf = write(etc / 'cinder.conf', _CONF.format(
        debug=settings.DEBUG, host=settings.HOST, port=settings.PORTS['cinder'], home=HOME, volumes=VOLUMES,
        backups=BACKUPS, rabbit=rabbit.URL, database=mysql.url('cinder'), paste=paste, filters=filters,
        conf=etc / 'cinder.conf', gib_bytes=settings.GIB_BYTES, auth_url=settings.AUTH_URL,
        password=settings.PASSWORD, domain=settings.DOMAIN, region=settings.REGION))
    names = [name for name in DAEMONS if name in wanted]
    begin = datetime.datetime.utcnow().replace(microsecond=0).isoformat()
    started = _fork(names, conf, [conf, paste, filters, *sorted(settings.SERVICES_CODE.glob('*.py'))])
    wait_until('cinder', lambda: _answers(names, started, begin), lambda: processes.must_run(*names))


def _fork(names, conf, inputs):
    """Runs the migration if it is due and starts the daemons that do not run, from one process that has imported
    Cinder once. Returns the names of those it started."""
    new = mysql.begin_database('cinder', DAEMONS)
    mark = processes.fingerprint(settings.ENVIRONMENT, *inputs)
    plan = {'commands': [], 'daemons': [], 'lock': settings.LOCK_DESCRIPTOR}
    if new:
        plan['commands'].append({
            'name': 'cinder-manage', 'module': 'cinder.cmd.manage', 'log': str(processes.log('cinder-manage')),
            'argv': ['cinder-manage', '--config-file', str(conf), 'db', 'sync']})
    for name in names:
        if not processes.runs_as(name, mark):
            processes.prepare(name, mark, settings.PORTS['cinder'] if name == 'cinder-api' else None)
            plan['daemons'].append({
                'name': name, 'module': name.replace('-', '.cmd.'), 'argv': [name, '--config-file', str(conf)],
                'log': str(processes.log(name)), 'record': str(processes.record(name))})
    if plan['commands'] or plan['daemons']:
        plan_file = write(settings.RUN / 'cinder.json', json.dumps(plan, indent=1))
        run(['/usr/bin/python3', settings.SERVICES_CODE / 'fork_services.py', plan_file],
            processes.log('cinder-fork'), {'PYTHONPATH': str(settings.SERVICES_CODE), 'PYTHONDONTWRITEBYTECODE': '1'})
    if new:
        mysql.database_is_filled('cinder')
    return [daemon['name'] for daemon in plan['daemons']]


def _answers(names, started, begin):
    """The API answers and knows of the others, and the scheduler knows where a volume can be put.

    A report from before a restart says nothing; and before the first one of its backend reaches the scheduler, every
    new volume ends in error.
    """
    if request('GET', settings.url('cinder') + '/')[0] != 300:
        return False
    reporting = [name for name in names if name != 'cinder-api']
    headers = {'X-Auth-Token': token('admin', 'admin')} if reporting else {}
    base = '%s/v3/%s' % (settings.url('cinder'), keystone.ids()['projects']['admin'])
    if reporting:
        status, _, body = request('GET', base + '/os-services', headers=headers)
        reports = {service['binary']: service for service in body['services']} if status == 200 else {}
        if not all(name in reports and reports[name]['state'] == 'up'
                   and (name not in started or reports[name]['updated_at'] >= begin) for name in reporting):
            return False
    if {'cinder-scheduler', 'cinder-volume'} & set(started):
        status, _, body = request('GET', base + '/scheduler-stats/get_pools', headers=headers)
        return status == 200 and bool(body['pools'])
    return True
