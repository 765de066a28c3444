# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# Human names of containers, found in the background.
libvtop_a_SOURCES += \
	include/collect/names/names.h src/collect/names/names.c \
	include/collect/names/names_answer.h src/collect/names/names_answer.c \
	include/collect/names/names_daemon.h src/collect/names/names_daemon.c \
	src/collect/names/names_docker.c \
	include/collect/names/names_find.h src/collect/names/names_find.c \
	include/collect/names/names_json.h src/collect/names/names_json.c \
	src/collect/names/names_kube.c \
	include/collect/names/names_labels.h src/collect/names/names_labels.c \
	src/collect/names/names_machine.c \
	src/collect/names/names_podman.c \
	include/collect/names/names_round.h src/collect/names/names_round.c
