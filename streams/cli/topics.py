"""`tocsin topics`: creates the topics, and checks those that are there."""

from pathlib import Path

import click


@click.command("topics")
@click.option("--settings", "path", type=click.Path(path_type=Path), default=Path("tocsin.toml"), show_default=True)
@click.option("--broker", metavar="HOST:PORT,…", help="Instead of kafka.broker of the settings.")
def command(path: Path, broker: str | None) -> None:
    """Create the topics that are missing, and check the partition counts of the others."""
    from streams.brokers.kafka import EMBEDDED, Access
    from streams.brokers.topics import ensure_topics, pipeline_plans
    from streams.cli.kafka import on_kafka
    from streams.cli.settings import load_settings
    from streams.settings.spared import ELSEWHERE

    settings = load_settings(path, broker=broker, spared=ELSEWHERE)
    if settings.kafka.broker == EMBEDDED:
        raise click.UsageError("the embedded broker makes its topics by itself; name a Kafka with --broker HOST:PORT")
    plans = pipeline_plans(settings.kafka)
    created = on_kafka(ensure_topics(Access(settings.kafka), plans), settings, path)
    for plan in plans:
        state = "created" if plan.name in created else "present"
        config = ", ".join(f"{key}={value}" for key, value in plan.config)
        click.echo(f"{state}  {plan.name}  {plan.partitions} partitions  {config}")
