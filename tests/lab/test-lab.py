#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""vtop on a real host with systemd and cgroup v2, against the kernel's counters and other tools.

Boots the lab (see "lab"), starts one of each kind of guest in it (see "setup"), runs vtop next to docker
stats, podman stats and systemd-cgtop (see "measure"), and compares.

VTOP_LAB_KEEP=1         leave the lab running afterwards ("lab run vtop", "lab down")
VTOP_LAB_MEASURED=FILE  compare what an earlier run wrote; nothing is booted
VTOP_LAB_RESULT=FILE    write what was measured there
"""
import json
import os
import re
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LAB = os.path.join(HERE, 'lab')
MIB = 1 << 20

KEYS = """type name id pid host group image state state_reason cpu_percent cpu_limit_percent
cpu_user_percent cpu_system_percent vcpus ready_percent ready_max_percent throttled_percent
efficiency_percent memory_bytes memory_limit_bytes memory_percent memory_guest_used_bytes balloon_bytes
swap_bytes read_bytes_per_second write_bytes_per_second read_ops_per_second write_ops_per_second
read_latency_ms write_latency_ms rx_bytes_per_second tx_bytes_per_second rx_packets_per_second
tx_packets_per_second net_drops_per_second pressure_cpu_some_percent pressure_memory_some_percent
pressure_memory_full_percent pressure_io_some_percent pressure_io_full_percent processes
exits_per_second""".split()
TEXTS = {'type', 'name', 'id', 'host', 'host_id', 'group', 'image', 'state', 'state_reason'}


class Tap:
    def __init__(self):
        self.number = 0
        self.failed = 0
        self.begin = time.monotonic()

    def note(self, text):
        for line in str(text).splitlines():
            print('# ' + line, flush=True)

    def check(self, name, problems):
        """One test point; problems is a list of what is wrong, or a truth value."""
        if isinstance(problems, bool):
            problems = [] if problems else ['']
        self.number += 1
        self.failed += bool(problems)
        print(f'{"not ok" if problems else "ok"} {self.number} - {name}', flush=True)
        for problem in problems:
            self.note('  ' + problem if problem else '')
        return not problems

    def end(self):
        print(f'1..{self.number}', flush=True)
        return 1 if self.failed else 0


tap = Tap()


def lab(*arguments, **popen):
    popen.setdefault('stdin', subprocess.DEVNULL)
    return subprocess.run([LAB, *arguments], **popen)


def stop(reason):
    print('Bail out! ' + reason, flush=True)
    sys.exit(1)


def measure():
    """Boots, fills and measures. What it prints on the way are diagnostics."""
    program = os.environ.get('VTOP_BIN')
    if not program or not os.access(program, os.X_OK):
        stop('VTOP_BIN is not a program')
    if not os.environ.get('VTOP_LAB_KEEP'):
        os.environ.setdefault('VTOP_LAB_LIFE', '1800')  # should this process be killed
    began = time.monotonic()
    up = lab('up', stderr=subprocess.PIPE, text=True)
    tap.note(up.stderr)
    if up.returncode == 77:
        print('1..0 # SKIP ' + ' '.join(up.stderr.split('\n')).replace('lab: ', '').strip())
        sys.exit(0)
    if not tap.check('the lab boots', up.returncode == 0):
        stop('no lab')
    booted = time.monotonic()
    for step in ('install', 'setup'):
        done = lab(step, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        tap.note(done.stdout)
        if not tap.check('the lab is ready: ' + step, done.returncode == 0):
            stop('the lab could not be filled')
    filled = time.monotonic()
    lab('copy', os.path.join(HERE, 'measure'), os.path.join(HERE, 'save-tree'), '/root/lab', check=True)
    out = lab('run', '/root/lab/measure', stdout=subprocess.PIPE, check=True).stdout
    tap.note(f'boot {booted - began:.0f} s, setup {filled - booted:.0f} s, '
             f'measurement {time.monotonic() - filled:.0f} s')
    if os.environ.get('VTOP_LAB_RESULT'):
        with open(os.environ['VTOP_LAB_RESULT'], 'wb') as f:
            f.write(out)
    return json.loads(out)


def lines_of_json(text):
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def size(text):
    """"1.027MiB" or "53.25kB", as docker and podman write it, in bytes."""
    number, unit = re.fullmatch(r'([0-9.]+)\s*([A-Za-z]*)', text.strip()).groups()
    return float(number) * {'': 1, 'B': 1, 'kB': 1e3, 'KB': 1e3, 'MB': 1e6, 'GB': 1e9,
                            'KiB': 1 << 10, 'MiB': 1 << 20, 'GiB': 1 << 30}[unit]


def expected(m):
    """What the engines themselves say runs: a list of rows that vtop has to show."""
    groups = sorted(m['before'], key=len)

    def cgroup(part):
        path = next((g for g in groups if part in g and '-conmon-' not in g), None)
        # crun puts the processes and the limits one level below the scope it asked systemd for.
        return path + '/container' if path and path + '/container' in m['before'] else path

    rows = []

    def add(kind, name, ident, path, **more):
        rows.append(dict(type=kind, name=name, id=ident, cgroup=path, **more))

    for ps, saved in (('docker_ps', True), ('nested_ps', False), ('users_ps', False)):
        for c in lines_of_json(m[ps]['out']):
            labels = dict(pair.split('=', 1) for pair in c['Labels'].split(',') if '=' in pair)
            add('docker', c['Names'], c['ID'], cgroup(c['ID']), image=c['Image'], engine='docker',
                group=labels.get('com.docker.compose.project'), saved=saved,
                own_network={'host': False, 'none': None}.get(c['Networks'], True))
    for path in groups:
        step = re.search(r':docker:([0-9a-z]{25})$', path)
        if step:
            add('buildkit', step.group(1), None, path)
    for ps in ('podman_ps', 'podman_ps_as_user'):
        for c in json.loads(m[ps]['out']):
            if not c['IsInfra']:
                add('podman', c['Names'][0], c['Id'], cgroup(c['Id']), image=c['Image'], engine='podman',
                    group=c['PodName'] or None, own_network=None)
    for ident, config in m['containerd_configs'].items():
        annotations = config['annotations']
        add('containerd', annotations['io.kubernetes.cri.container-name'], ident, cgroup(ident),
            group=annotations['io.kubernetes.cri.sandbox-name'], pod_name=True)
    for machine in json.loads(m['machines']['out']):
        if machine['service'] == 'systemd-nspawn':
            name = machine['machine']
            add('nspawn', name, None,
                cgroup(f'/systemd-nspawn@{name}.service') or cgroup(f'/machine-{name}.scope'))
    for name in m['lxc']['out'].split():
        add('lxc', name, None, cgroup('/lxc.payload.' + name))
    for name in m['libvirt_lxc']['out'].split():
        # systemd takes no '_'; the number is the pid of libvirt's own process.
        scope = re.escape('\\x2d').join(('machine-lxc', '[0-9]+', name.replace('_', '')))
        add('libvirt-lxc', name, None, next((g for g in groups if re.search(f'/{scope}\\.scope/libvirt$', g)), None))
    for name in m['guests']['out'].split():
        own = re.search(r'^0::(.*\.scope)', m['guest_cgroup'][name], re.M)
        add('vm', name, None, own.group(1), pid=int(m['guests_after'][name]['pid']))
    return rows


def is_named(guest, row):
    """A container of a Kubernetes pod may be shown as POD/NAME."""
    names = [row['name']] + ([row['group'] + '/' + row['name']] if row.get('pod_name') else [])
    return guest.get('type') == row['type'] and guest.get('name') in names


def kernel_percent(before, after, path):
    a, b = before.get(path), after.get(path)
    if not a or not b:
        return None
    return (b['cpu']['usage_usec'] - a['cpu']['usage_usec']) / (b['time'] - a['time']) / 1e4


def working_set(group):
    return max(0, group['memory'] - group['inactive_file'])


def near(value, wanted, share, floor):
    return value is not None and abs(value - wanted) <= max(floor, share * wanted)


def sample_of(run, name):
    """The one JSON object that a run of vtop must have printed, or None with a failed test."""
    problems = []
    if run['status'] != 0:
        problems.append(f'exit status {run["status"]}: {run["err"].strip()}')
    lines = run['out'].splitlines()
    if len(lines) != 1:
        problems.append(f'{len(lines)} lines instead of one')
    sample = None
    try:
        sample = json.loads(lines[0])
    except (ValueError, IndexError) as error:
        problems.append(f'not JSON: {error}')
    if run['err'].strip():
        tap.note('stderr: ' + run['err'])
    tap.check(f'{name}: one JSON object on one line, in {run["seconds"]} s', problems)
    return sample


def check_shape(sample):
    problems = []
    if sample.get('schema') != 'vtop/1':
        problems.append(f'schema is {sample.get("schema")}')
    if not re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z', str(sample.get('time'))):
        problems.append(f'time is {sample.get("time")}')
    # The first tick waits for libvirt's first answer, for three seconds at most; the second one does not.
    if not near(sample.get('interval_seconds'), 3, 0, 2.5):
        problems.append(f'interval_seconds is {sample.get("interval_seconds")}')
    for key, kind in (('hosts', list), ('guests', list), ('findings', list), ('sources', list)):
        if not isinstance(sample.get(key), kind):
            problems.append(f'{key} is not a {kind.__name__}')
    for guest in sample.get('guests', []):
        missing = [key for key in KEYS if key not in guest]
        if missing:
            problems.append(f'{guest.get("name")} lacks {" ".join(missing)}')
        for key, value in guest.items():
            wrong = (not isinstance(value, str) if key in TEXTS else isinstance(value, (str, bool)))
            if value is not None and wrong and not isinstance(value, (list, dict)):
                problems.append(f'{guest.get("name")}: {key} is {value!r}')
    tap.check('JSON has the documented shape', problems)

    problems = []
    for source in sample.get('sources', []):
        if source.get('state') not in ('ok', 'stale', 'absent', 'denied'):
            problems.append(f'{source.get("name")} is {source.get("state")}')
    if not any(s.get('state') == 'ok' and 'qemu' in str(s.get('name')) for s in sample.get('sources', [])):
        problems.append('libvirt is not among the sources that work')
    tap.check('every source says how it is', problems)
    tap.note('sources: ' + ', '.join(f'{s.get("name")} {s.get("state")} {s.get("message") or ""}'.strip()
                                     for s in sample.get('sources', [])))


def check_host(sample, m, rows):
    host = sample['hosts'][0]
    problems = []
    containers = sum(row['type'] != 'vm' for row in rows)
    for key, wanted in (('vms', len(rows) - containers), ('containers', containers),
                        ('name', m['hostname']), ('cpus', m['cpus']),
                        ('memory_total_bytes', m['meminfo']['MemTotal'] * 1024)):
        if host.get(key) != wanted:
            problems.append(f'{key} is {host.get(key)}, not {wanted}')
    if not 0 < (host.get('cpu_percent_of_host') or 0) <= 100:
        problems.append(f'cpu_percent_of_host is {host.get("cpu_percent_of_host")}')
    tap.check('the host is as /proc says', problems)


def find_rows(sample, rows):
    """Each row that must be there, once, with its name and type; and no others."""
    guests = list(sample['guests'])
    found = {}
    for row in rows:
        matches = [g for g in guests if is_named(g, row)]
        problems = []
        if len(matches) != 1:
            problems.append(f'shown {len(matches)} times')
            problems += ['instead: %s %s' % (g.get('type'), g.get('name')) for g in guests
                         if row['id'] and str(g.get('id') or '').startswith(row['id'][:12]) and g not in matches]
        else:
            found[row['name']] = matches[0]
            guests.remove(matches[0])
            ident = matches[0].get('id')
            if row['id'] and ident not in (row['id'], row['id'][:12]):
                problems.append(f'id is {ident}, not {row["id"]}')
            if row.get('pid') and matches[0].get('pid') != row['pid']:
                problems.append(f'pid is {matches[0].get("pid")}, not {row["pid"]}')
        tap.check(f'{row["type"]} {row["name"]} is shown by its name', problems)

    tap.check('nothing is shown twice, and nothing that is not a guest',
              [f'{g.get("type")} {g.get("name")} id {g.get("id")} pid {g.get("pid")}' for g in guests])
    return found


def check_groups(found, rows):
    problems = []
    for row in rows:
        group = (found.get(row['name']) or {}).get('group')
        if row.get('group') and row['group'] not in str(group or ''):
            problems.append(f'{row["name"]}: group is {group}, not {row["group"]}')
    tap.check('compose projects and pods are groups', problems)
    problems = [f'{row["name"]}: image is {found[row["name"]].get("image")}, not {row["image"]}'
                for row in rows if row.get('engine') and row['name'] in found
                and found[row['name']].get('image') != row['image']]
    tap.check('images of containers of Docker and Podman', problems)


def cpu_range(seen, interval, mean):
    """The least and the most CPU time, in percent, in any stretch as long as the interval. An emulated
    machine takes long for all else that vtop does, so the mean over that is of another time."""
    shares = [(b[3] - a[3]) / (b[0] - a[0]) / 1e4 for i, a in enumerate(seen) for b in seen[i + 1:]
              if abs(b[0] - a[0] - interval) < 0.6]
    return min(shares + [mean]), max(shares + [mean])


def check_cpu(found, rows, m):
    interval = json.loads(m['vtop']['out'])['interval_seconds']
    problems, loaded = [], 0
    for row in rows:
        wanted = kernel_percent(m['before'], m['after'], row['cgroup'])
        guest = found.get(row['name'])
        if guest is None or wanted is None:
            continue
        loaded += wanted > 5
        tap.note(f'{row["name"]:16} cpu_percent {guest.get("cpu_percent")}  kernel {wanted:.2f}')
        least, most = cpu_range(m['watched'].get(row['cgroup'], []), interval, wanted)
        if not least - 3 <= (guest.get('cpu_percent') or 0) <= most + 3:
            problems.append(f'{row["name"]}: cpu_percent is {guest.get("cpu_percent")}, the kernel says {wanted:.2f}, '
                            f'{least:.2f} to {most:.2f}')
    if loaded < 4:
        problems.append(f'only {loaded} guests were under load')
    tap.check('CPU time is the kernel\'s, within 3 points', problems)

    problems = []
    for row in rows:
        guest = found.get(row['name']) or {}
        user, system, both = (guest.get('cpu_user_percent'), guest.get('cpu_system_percent'),
                              guest.get('cpu_percent'))
        if row['type'] != 'vm' and both is not None and both > 5 and (
                user is None or system is None or not near(user + system, both, 0.1, 1.5)):
            problems.append(f'{row["name"]}: user {user} + system {system} is not {both}')
    tap.check('user and system time make the CPU time', problems)


def throttled_range(seen, interval):
    """The least and the most that was throttled, in percent, in any stretch as long as the interval."""
    shares = [100 * (b[2] - a[2]) / (b[1] - a[1]) for i, a in enumerate(seen) for b in seen[i + 1:]
              if abs(b[0] - a[0] - interval) < 0.6 and b[1] > a[1]]
    return (min(shares), max(shares)) if shares else (0, 100)


def check_throttling(found, rows, m):
    """A quota of its own (docker, podman) or of an ancestor (the Kubernetes pod)."""
    interval = json.loads(m['vtop']['out'])['interval_seconds']
    problems = []
    for row in rows:
        guest = found.get(row['name'])
        if guest is None or row['type'] == 'vm':
            continue
        holder, path = None, row['cgroup']
        while path and path != '/' and holder is None:
            quota = m['after'].get(path, {}).get('cpu_max', '')
            if quota and not quota.startswith('max'):
                holder = path
            path = os.path.dirname(path)
        value = guest.get('throttled_percent')
        if holder is None:
            if value:
                problems.append(f'{row["name"]}: throttled_percent is {value} without a quota')
            continue
        least, most = throttled_range(m['watched'].get(holder, []), interval)
        limit = int(m['after'][holder]['cpu_max'].split()[0]) / int(m['after'][holder]['cpu_max'].split()[1])
        tap.note(f'{row["name"]:16} throttled_percent {value}  kernel {least:.1f} to {most:.1f}  '
                 f'quota {limit:.2f} cores')
        if value is None or not least - 5 <= value <= most + 5:
            problems.append(f'{row["name"]}: throttled_percent is {value}, the kernel says {least:.1f} to '
                            f'{most:.1f}')
        of_limit = (guest.get('cpu_percent') or 0) / limit
        if not near(guest.get('cpu_limit_percent'), of_limit, 0.05, 2):
            problems.append(f'{row["name"]}: cpu_limit_percent is {guest.get("cpu_limit_percent")}, not {of_limit:.1f}')
    tap.check('throttling is shown with the quota that causes it', problems)


def resident(status):
    """The memory of a machine's process, in bytes."""
    return 1024 * sum(int(re.search(rf'^{key}:\s+(\d+)', status, re.M).group(1))
                      for key in ('VmRSS', 'HugetlbPages', 'VmSwap'))


def check_memory(found, rows, m):
    problems = []
    for row in rows:
        guest = found.get(row['name'])
        if guest is None:
            continue
        if row['type'] == 'vm':
            wanted = [resident(m[moment][row['name']]['status']) for moment in ('guests_before', 'guests_after')]
        else:
            wanted = [working_set(m[moment][row['cgroup']]) for moment in ('before', 'after')]
        value = guest.get('memory_bytes')
        # Between the two readings, wherever they lie: a guest that boots grows.
        if not near(value, min(max(value or 0, min(wanted)), max(wanted)), 0.05, 256 << 10):
            problems.append(f'{row["name"]}: memory_bytes is {value}, not {wanted}')
    tap.check('memory is the working set, within 5 %', problems)

    group = next((r['cgroup'] for r in rows if r['name'] == 'cache'), None)
    inside = m['after'].get(group, {'memory': 0})
    tap.check('page cache does not count: that container holds 24 MiB of it',
              inside['memory'] > 20 * MIB and (found.get('cache') or {}).get('memory_bytes') is not None
              and found['cache']['memory_bytes'] < 8 * MIB)

    problems = []
    for row in rows:
        guest = found.get(row['name'])
        if guest is None or row['type'] == 'vm':
            continue
        limits, path = [], row['cgroup']
        while path and path != '/':
            text = m['after'].get(path, {}).get('memory_max', '')
            if text.isdigit():
                limits.append(int(text))
            path = os.path.dirname(path)
        limit = guest.get('memory_limit_bytes')
        if limits and limit != min(limits):
            problems.append(f'{row["name"]}: memory_limit_bytes is {limit}, not {min(limits)}')
        if not limits and limit is not None and limit < m['meminfo']['MemTotal'] * 1024:
            problems.append(f'{row["name"]}: memory_limit_bytes is {limit}, but there is none')
    tap.check('memory limits, the smallest of a container and what it lies in', problems)


def check_processes(found, rows, m):
    problems = []
    for row in rows:
        guest = found.get(row['name'])
        if guest is None or row['type'] == 'vm':
            continue
        below = [g for p, g in m['after'].items() if p == row['cgroup'] or p.startswith(row['cgroup'] + '/')]
        counted = row['cgroup']
        while m['after'][counted]['pids'] < 0:  # no controller that counts, so far down
            counted = os.path.dirname(counted)
        allowed = {m['after'][counted]['pids'], sum(len(g['procs']) for g in below)}
        # nspawn's own supervisor lies in the unit, but beside the payload.
        allowed |= {len(g['procs']) for p, g in m['after'].items() if p == row['cgroup'] + '/payload'}
        if guest.get('processes') not in allowed:
            problems.append(f'{row["name"]}: processes is {guest.get("processes")}, not one of {sorted(allowed)}')
    tap.check('numbers of processes', problems)


def check_network(found, rows):
    problems = []
    for row in rows:
        guest = found.get(row['name'])
        if guest is None:
            continue
        rate = guest.get('rx_bytes_per_second')
        if row.get('own_network') and rate is None:
            problems.append(f'{row["name"]}: rx_bytes_per_second is absent')
        if row.get('own_network') is False and rate is not None:
            problems.append(f'{row["name"]} uses the network of the host, yet rx_bytes_per_second is {rate}')
    tap.check('traffic of own networks, and none where it is the host\'s', problems)


def check_engines(found, m):
    problems = []
    for c in lines_of_json(m['docker_stats']['out']):
        guest = found.get(c['Name'])
        if guest is None:
            continue
        used = size(c['MemUsage'].split('/')[0])
        if not near(guest.get('memory_bytes'), used, 0.05, 256 << 10):
            problems.append(f'{c["Name"]}: memory_bytes is {guest.get("memory_bytes")}, docker says {used:.0f}')
        if c['Name'] in m['docker_rate']:
            cpu = m['docker_rate'][c['Name']]
            tap.note(f'{c["Name"]}: cpu_percent {guest.get("cpu_percent")}  Docker {cpu:.2f}  docker stats {c["CPUPerc"]}')
            if not near(guest.get('cpu_percent'), cpu, 0, 5):
                problems.append(f'{c["Name"]}: cpu_percent is {guest.get("cpu_percent")}, docker says {cpu}')
    tap.check('docker stats agrees', problems)

    problems = []
    for c in json.loads(m['podman_stats']['out']) + json.loads(m['podman_stats_as_user']['out']):
        guest = found.get(c['name'])
        if guest is None:
            continue
        # Podman's percentage is the average since the start, and its memory is without any page cache.
        cpu = float(c['cpu_percent'].rstrip('%'))
        if not near(guest.get('cpu_percent'), cpu, 0, 5):
            problems.append(f'{c["name"]}: cpu_percent is {guest.get("cpu_percent")}, podman says {cpu}')
        used = size(c['mem_usage'].split('/')[0])
        if not near(guest.get('memory_bytes'), used, 0.05, MIB):
            problems.append(f'{c["name"]}: memory_bytes is {guest.get("memory_bytes")}, podman says {used:.0f}')
    tap.check('podman stats agrees', problems)


def cgtop(text):
    """path -> the last values systemd-cgtop printed: tasks, CPU % of one core, memory."""
    table = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) == 6:
            path, tasks, cpu, memory = words[:4]
            table['/' + path.strip('/')] = [None if w == '-' else float(w) for w in (tasks, cpu, memory)]
    return table


def check_services(sample, m):
    services = [g for g in sample['guests'] if g.get('type') == 'service']
    path = '/system.slice/lab-load.service'
    mine = [g for g in services if g.get('name') in ('lab-load.service', 'lab-load')]
    if not tap.check('-t service shows systemd services', len(mine) == 1 and len(services) > 5):
        tap.note('shown: ' + ' '.join(str(g.get('name')) for g in sample['guests']))
        return
    tap.check('-t service shows only services',
              [f'{g.get("type")} {g.get("name")}' for g in sample['guests'] if g.get('type') != 'service'])
    mine = mine[0]
    kernel = kernel_percent(m['services_before'], m['services_after'], path)
    theirs = cgtop(m['cgtop']['out']).get(path, [None, None, None])
    tap.note(f'lab-load: cpu_percent {mine.get("cpu_percent")}  kernel {kernel:.2f}  systemd-cgtop {theirs[1]}')
    problems = []
    for who, wanted in (('the kernel', kernel), ('systemd-cgtop', theirs[1])):
        if wanted is None or not near(mine.get('cpu_percent'), wanted, 0, 3):
            problems.append(f'cpu_percent is {mine.get("cpu_percent")}, {who} says {wanted}')
    if theirs[2] is None or not near(mine.get('memory_bytes'), theirs[2], 0.05, 256 << 10):
        problems.append(f'memory_bytes is {mine.get("memory_bytes")}, systemd-cgtop says {theirs[2]}')
    if mine.get('memory_limit_bytes') != 32 * MIB:
        problems.append(f'memory_limit_bytes is {mine.get("memory_limit_bytes")}')
    if (mine.get('throttled_percent') or 0) < 50:
        problems.append(f'throttled_percent is {mine.get("throttled_percent")}')
    tap.check('a service under load is as systemd-cgtop and the kernel say', problems)


def check_unprivileged(m, rows):
    sample = sample_of(m['vtop_as_user'], 'vtop without root')
    if not sample:
        return
    containers = [g for g in sample['guests'] if g.get('type') not in ('vm', 'service')]
    wanted = sum(row['type'] != 'vm' for row in rows)
    tap.check('without root every container is still there', len(containers) >= wanted)
    names = {g.get('name') for g in containers}
    # conmon's command line and the cgroup's path name these for anybody.
    tap.check('without root, names that anybody can read are shown',
              [f'{row["name"]} is not shown' for row in rows
               if row['type'] in ('podman', 'lxc', 'nspawn') and row['name'] not in names])


def check_tree(m, rows):
    """The same host once more, from saved files: nothing but files may be needed to name a guest."""
    tap.check('the host can be saved as a tree', m['save_tree']['status'] == 0)
    tap.note(m['save_tree']['err'])
    sample = sample_of(m['vtop_of_tree'], 'vtop --root')
    if sample:
        tap.check('a saved tree shows the same guests by name',
                  [f'{row["type"]} {row["name"]} is not shown' for row in rows
                   if row.get('saved', True) and not any(is_named(g, row) for g in sample['guests'])])


def source_says(sample, name):
    """What a source says is missing; '' when it says nothing."""
    return next((str(s.get('message') or '') for s in sample['sources'] if s.get('name') == name), '')


def rows_missing(sample, rows, m):
    """Containers of docker that have no row, or quite another CPU time than a few seconds before."""
    problems = []
    for row in rows:
        if row['type'] != 'docker' or not row.get('saved', True):
            continue
        guest = next((g for g in sample['guests'] if str(g.get('id') or g.get('name'))[:12] == row['id'][:12]),
                     None)
        wanted = kernel_percent(m['before'], m['after'], row['cgroup'])
        if guest is None:
            problems.append(f'{row["name"]} is not shown')
        elif not near(guest.get('cpu_percent'), wanted, 0.5, 3):
            problems.append(f'{row["name"]}: cpu_percent is {guest.get("cpu_percent")}, it was {wanted}')
    return problems


def check_blind(sample):
    """A container without any option sees nothing of the host, and says so."""
    problems = [f'{name} says: {source_says(sample, name)}' for name, option in
                (('cgroup', '--cgroupns=host'), ('process', '--pid=host'), ('network', '--network=host'),
                 ('names', '--root /host')) if option not in source_says(sample, name)]
    host = sample['hosts'][0]
    problems += [f'{key} is {host[key]}' for key in ('containers', 'vms', 'net_rx_bytes_per_second')
                 if host[key] is not None]
    tap.check('in a container without options: nothing is counted, and it says why', problems)


def check_inside(m, rows):
    samples = {name: sample_of(done, f'vtop in a container ({name})') for name, done in m['inside'].items()}
    if not all(samples.values()):
        return
    check_blind(samples.pop('nothing'))
    for name, sample in samples.items():
        problems = rows_missing(sample, rows, m)
        if source_says(sample, 'cgroup'):
            problems.append('cgroup says: ' + source_says(sample, 'cgroup'))
        tap.check(f'in a container ({name}): the containers of the host, with their CPU time', problems)
    for name in ('root', 'privileged'):
        sample = samples[name]
        # Without the right to trace, what is in the file system of another container is out of reach.
        problems = [f'{row["type"]} {row["name"]} is not shown' for row in rows
                    if (name == 'privileged' or row.get('saved', True))
                    and not any(is_named(g, row) for g in sample['guests'])]
        if sample['hosts'][0]['name'] not in (m['hostname'], None):
            problems.append(f'the host is called {sample["hosts"][0]["name"]}')
        tap.check(f'in a container ({name}): all guests by their names', problems)


def main():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    if os.environ.get('VTOP_LAB_MEASURED'):
        with open(os.environ['VTOP_LAB_MEASURED']) as f:
            m = json.load(f)
    else:
        try:
            m = measure()
        finally:
            if not os.environ.get('VTOP_LAB_KEEP'):
                lab('down')
    rows = expected(m)
    tap.note('expected: ' + ', '.join(f'{r["type"]} {r["name"]}' for r in rows))
    tap.check('the engines run what the lab started',
              sorted(r['type'] for r in rows) == sorted(['docker'] * 7 + ['podman'] * 4 + ['nspawn'] * 2 +
                                                        ['buildkit', 'containerd', 'libvirt-lxc', 'lxc', 'vm'])
              and all(r['cgroup'] in m['before'] for r in rows))
    sample = sample_of(m['vtop'], 'vtop')
    if sample:
        check_shape(sample)
        check_host(sample, m, rows)
        found = find_rows(sample, rows)
        check_groups(found, rows)
        check_cpu(found, rows, m)
        check_throttling(found, rows, m)
        check_memory(found, rows, m)
        check_processes(found, rows, m)
        check_network(found, rows)
        check_engines(found, m)
    sample = sample_of(m['vtop_services'], 'vtop -t service')
    if sample:
        check_services(sample, m)
    check_unprivileged(m, rows)
    check_tree(m, rows)
    check_inside(m, rows)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
