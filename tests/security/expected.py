"""Who may use each address, written by hand.

The access table decides; this list notices when the table changes. Whoever adds an
address, or opens one to another role, says so here as well.
"""

from __future__ import annotations

OPEN = frozenset({"anybody"})
KEY = frozenset({"a key"})
MACHINE = frozenset({"the server itself"})

EVERYBODY = frozenset({"head", "clerk", "leader", "supervisor", "admin"})
RUNS = frozenset({"head", "admin"})
READS_FIGURES = frozenset({"head", "leader", "supervisor"})
HEAD = frozenset({"head"})
WATCHES = frozenset({"head", "leader", "supervisor", "admin"})

EXPECTED = {
    "static": OPEN,
    "pages.home": OPEN,
    "pages.privacy": OPEN,
    "health.alive": OPEN,
    "health.ready": OPEN,
    "health.metrics": MACHINE,
    "api_description.show": OPEN,
    "surveys_api.show": OPEN,
    "kiosk_page.show": OPEN,
    "kiosk_page.manifest": OPEN,
    "kiosk_page.worker": OPEN,
    "intake.ping": OPEN,
    "intake.receive": KEY,
    "devices_api.show": KEY,
    "devices_api.hear": KEY,
    "devices_api.ask_to_pair": KEY,
    "pairing_page.show": OPEN,
    "form.show": OPEN,
    "form.send": KEY,
    "form.thanks": OPEN,
    "dashboard.show": EVERYBODY,
    "dashboard.figure": EVERYBODY,
    "alarms.show": frozenset({"head", "leader", "admin"}),
    "alarms.acknowledge": RUNS,
    "figures_api.measures": READS_FIGURES,
    "accounts.sign_in": OPEN,
    "accounts.sign_out": OPEN,
    "accounts.own": EVERYBODY,
    "accounts.audit_log": WATCHES,
    "people.people": RUNS,
    "people.new": RUNS,
    "people.create": RUNS,
    "people.person": RUNS,
    "people.change": RUNS,
    "people.ask_reset": RUNS,
    "people.reset": RUNS,
    "people.ask_disable": RUNS,
    "people.disable": RUNS,
    "device_settings.devices": RUNS,
    "device_settings.ask_pair": RUNS,
    "device_settings.pair": RUNS,
    "device_settings.pair_again": RUNS,
    "device_settings.device": RUNS,
    "device_settings.change": RUNS,
    "device_settings.show_pin": RUNS,
    "device_settings.renew_pin": RUNS,
    "device_settings.ask_revoke": RUNS,
    "device_settings.revoke": RUNS,
    "rescue.ask": RUNS,
    "rescue.bring_in": RUNS,
    "centre_settings.centre": RUNS,
    "centre_settings.set_signatory": RUNS,
    "centre_settings.set_hours": RUNS,
    "centre_settings.targets": HEAD,
    "centre_settings.set_target": HEAD,
    "centre_settings.remove_target": HEAD,
    "calendar_settings.calendar": RUNS,
    "calendar_settings.set_day": RUNS,
    "calendar_settings.remove_day": RUNS,
    "place_settings.points": RUNS,
    "place_settings.add_point": RUNS,
    "place_settings.confirm_points": RUNS,
    "place_settings.point": RUNS,
    "place_settings.change_point": RUNS,
    "place_settings.retire_point": RUNS,
    "place_settings.reopen_point": RUNS,
    "place_settings.fields": RUNS,
    "place_settings.add_field": RUNS,
    "place_settings.field": RUNS,
    "place_settings.rename_field": RUNS,
    "place_settings.retire_field": RUNS,
    "place_settings.reopen_field": RUNS,
}
