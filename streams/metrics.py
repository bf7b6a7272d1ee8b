"""Every metric that Tocsin exports, with its help text: the one place where a metric is defined.

`docs/metrics.md` is tested against this file. Durations are in seconds, times in Unix seconds.
"""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

_LATENCY: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900)
_ERROR: Final = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1, 2, 5)
_BATCH: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)

BUILD: Final = Gauge("tocsin_build_info", "Always 1; the labels tell the version and the agent.", ["version", "agent"])
RECORDS: Final = Counter("tocsin_stage_records_total", "Records that a stage has taken in.", ["stage"])
EMITTED: Final = Counter("tocsin_stage_emitted_total", "Records that a stage has published.", ["stage", "topic"])
BATCHES: Final = Histogram("tocsin_stage_batch_records", "Records per batch.", ["stage"], buckets=_BATCH)
STEP: Final = Histogram(
    "tocsin_stage_step_seconds", "Time a stage spent deciding on one batch.", ["stage"], buckets=_LATENCY
)
STAGE_LATENCY: Final = Histogram(
    "tocsin_stage_latency_seconds",
    "From the publishing of a record to a stage being done with it, waiting included.",
    ["stage"],
    buckets=_LATENCY,
)
ALERT_LATENCY: Final = Histogram(
    "tocsin_alert_latency_seconds",
    "From the publishing of the post that set off an alert to a human being notified.",
    ["channel"],
    buckets=_LATENCY,
)
LAG: Final = Gauge("tocsin_consumer_lag_records", "Records that wait in a partition.", ["stage", "partition"])
CLOCK_LAG: Final = Gauge(
    "tocsin_stage_clock_lag_seconds", "How far a stage's time in the log is behind the wall clock.", ["stage"]
)
STATES: Final = Gauge("tocsin_stage_states", "Keys for which a stage keeps a state.", ["stage"])
PROGRESS: Final = Gauge("tocsin_stage_progress_timestamp_seconds", "When a stage last finished a batch.", ["stage"])
RETRIES: Final = Counter(
    "tocsin_retries_total", "Operations repeated after an infrastructure error.", ["stage", "operation"]
)
DEAD: Final = Counter("tocsin_dead_letters_total", "Records sent to the dead-letter topic.", ["stage", "reason"])
RESTARTS: Final = Counter("tocsin_agent_restarts_total", "Agent processes started again after they ended.", ["agent"])
MENTIONS: Final = Counter("tocsin_mentions_total", "Mentions understood.", ["brand", "sentiment"])
RISKS: Final = Counter(
    "tocsin_risk_mentions_total", "Mentions that tell of bad news, by crisis topic.", ["brand", "topic"]
)
CLASSIFIED: Final = Counter(
    "tocsin_classified_texts_total", "Texts classified, by where the answer came from.", ["model", "origin"]
)
SIGNALS: Final = Counter("tocsin_signals_total", "Signals by kind and phase.", ["brand", "kind", "phase"])
FORECAST_ERROR: Final = Histogram(
    "tocsin_forecast_error_ratio",
    "How far off a forecast was, as a part of the final size; `told` says whether it stood in an alert.",
    ["brand", "told"],
    buckets=_ERROR,
)
FORECAST_INTERVAL: Final = Counter(
    "tocsin_forecast_interval_total",
    "Forecasts judged, by whether the final size lay within their 90 % interval.",
    ["brand", "told", "held"],
)
INCIDENTS: Final = Counter("tocsin_incident_decisions_total", "Decisions to tell or withhold, by reason.", ["why"])
JUDGED: Final = Counter(
    "tocsin_incidents_judged_total",
    "Spike alarms that humans judged, by verdict: real, false-alarm.",
    ["brand", "verdict"],
)
DELIVERIES: Final = Counter("tocsin_deliveries_total", "Deliveries by channel and outcome.", ["channel", "outcome"])
DELIVERY_ATTEMPTS: Final = Counter(
    "tocsin_delivery_attempts_total", "Calls to a channel, by result: ok, retryable, rejected.", ["channel", "result"]
)
SLACK_ERRORS: Final = Counter(
    "tocsin_slack_errors_total", "Errors that Slack answered with, by channel and name.", ["channel", "error"]
)
SLACK_INTERACTIONS: Final = Counter(
    "tocsin_slack_interactions_total",
    "Clicks on buttons in Slack, by result: accepted, ignored, or why it was refused.",
    ["result"],
)
SLACK_SOCKET_UP: Final = Gauge(
    "tocsin_slack_socket_up", "1 while a Socket Mode connection to Slack stands; only where it is used.", ["line"]
)
TEMPLATES_BROKEN: Final = Counter(
    "tocsin_templates_broken_total", "Messages sent in built-in words because a template is broken.", ["template"]
)
SOURCE_UP: Final = Gauge("tocsin_source_up", "1 while a source is healthy.", ["source"])
SOURCE_POSTS: Final = Counter("tocsin_source_records_total", "Records that a source has published.", ["source", "type"])
SOURCE_LAG: Final = Gauge(
    "tocsin_source_lag_seconds",
    "Age of the newest record of a source; before the first, for how long it has run.",
    ["source"],
)
SOURCE_ERRORS: Final = Counter("tocsin_source_errors_total", "Failures of a source, by reason.", ["source", "reason"])
SOURCE_REFUSED: Final = Counter(
    "tocsin_source_refused_total", "What a source was sent and did not take, by reason.", ["source", "reason"]
)
SOURCE_SILENT: Final = Gauge(
    "tocsin_source_silent",
    "1 while a source that usually brings much of what is said of a brand is silent for far longer than usual.",
    ["source", "brand"],
)
BRAND_JUDGED: Final = Gauge(
    "tocsin_brand_judged",
    "1 while enough is known of a brand's usual days to judge its spikes, 0 while they are still learned.",
    ["brand"],
)
CONSOLE_ACTIONS: Final = Counter(
    "tocsin_console_actions_total", "What humans did through the console, and refused attempts.", ["action", "outcome"]
)
