# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# For Prometheus and Grafana, made for the series of --export.
dist_pkgdata_DATA = share/vtop-rules.yml share/vtop-alerts.yml share/vtop-dashboard.json
