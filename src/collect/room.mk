# collect: where numbers come from, one file per source. May use base, model and record.
libvtop_a_SOURCES += \
	include/collect/blockdev.h src/collect/blockdev.c \
	include/collect/cgroup.h src/collect/cgroup.c \
	include/collect/cgroup_parse.h src/collect/cgroup_parse.c \
	include/collect/cgroup_files.h src/collect/cgroup_files.c \
	include/collect/cgroup_dirs.h src/collect/cgroup_dirs.c \
	include/collect/cgroup_processes.h src/collect/cgroup_processes.c \
	include/collect/cgroup_quiet.h src/collect/cgroup_quiet.c \
	src/collect/cgroup_v1.c src/collect/cgroup_v2.c \
	include/collect/cgroup_guest.h src/collect/cgroup_guest.c \
	include/collect/cgroup_limits.h src/collect/cgroup_limits.c \
	include/collect/cgroup_tree.h src/collect/cgroup_tree.c \
	include/collect/cgroup_watches.h src/collect/cgroup_watches.c \
	include/collect/container.h src/collect/container.c \
	include/collect/hierarchy.h src/collect/hierarchy.c \
	include/collect/host.h src/collect/host.c \
	include/collect/host_devices.h src/collect/host_devices.c \
	include/collect/host_nodes.h src/collect/host_nodes.c \
	include/collect/host_traits.h src/collect/host_traits.c \
	include/collect/netns.h src/collect/netns.c \
	include/collect/pressure.h src/collect/pressure.c \
	include/collect/source.h src/collect/source.c \
	include/collect/tasks.h src/collect/tasks.c

libvtop_a_SOURCES += \
	include/collect/demo.h src/collect/demo.c \
	include/collect/demo_cast.h src/collect/demo_cast.c \
	include/collect/demo_guest.h src/collect/demo_guest.c \
	include/collect/demo_machine.h src/collect/demo_machine.c \
	src/collect/demo_report.c

# Virtual machines seen as processes.
libvtop_a_SOURCES += include/collect/kept.h src/collect/kept.c \
	include/collect/netdev.h src/collect/netdev.c \
	include/collect/procfs.h src/collect/procfs.c \
	include/collect/process.h src/collect/process.c \
	include/collect/process_args.h src/collect/process_args.c \
	include/collect/process_fds.h src/collect/process_fds.c \
	include/collect/process_kvm.h src/collect/process_kvm.c \
	include/collect/process_kvm_stats.h src/collect/process_kvm_stats.c \
	include/collect/process_machine.h src/collect/process_machine.c src/collect/process_report.c \
	include/collect/process_numa.h src/collect/process_numa.c \
	include/collect/process_scan.h src/collect/process_scan.c \
	include/collect/process_threads.h src/collect/process_threads.c

# libvirt.
libvtop_a_SOURCES += include/collect/libvirt.h src/collect/libvirt.c \
	include/collect/libvirt_ask.h src/collect/libvirt_ask.c \
	include/collect/libvirt_guest.h src/collect/libvirt_guest.c \
	include/collect/libvirt_hypervisor.h src/collect/libvirt_hypervisor.c \
	include/collect/libvirt_jobs.h src/collect/libvirt_jobs.c \
	include/collect/libvirt_link.h src/collect/libvirt_link.c \
	include/collect/libvirt_mirror.h src/collect/libvirt_mirror.c \
	include/collect/libvirt_monitor.h src/collect/libvirt_monitor.c \
	include/collect/libvirt_open.h src/collect/libvirt_open.c \
	include/collect/libvirt_process.h src/collect/libvirt_process.c \
	include/collect/libvirt_single.h src/collect/libvirt_single.c \
	include/collect/libvirt_state.h src/collect/libvirt_state.c \
	include/collect/libvirt_stats.h src/collect/libvirt_stats.c \
	include/collect/libvirt_survey.h src/collect/libvirt_survey.c \
	include/collect/libvirt_xml.h src/collect/libvirt_xml.c
libvtop_a_SOURCES += include/collect/local.h src/collect/local.c

# Human names of containers.
libvtop_a_SOURCES += include/collect/names.h src/collect/names.c \
	include/collect/names_round.h src/collect/names_round.c \
	include/collect/names_daemon.h src/collect/names_daemon.c \
	include/collect/names_json.h src/collect/names_json.c \
	src/collect/names_docker.c src/collect/names_kube.c \
	src/collect/names_machine.c src/collect/names_podman.c
