"""The peer of `tests/bench/pipeline.py`: a plain Faust agent that calls `transformers.pipeline` for each event.

What one writes after an afternoon with the two tutorials. Needs torch. The checkpoint is a BERT of the size of ours
(12 layers of 384, vocabulary 56,000) with random weights: its labels mean nothing, its cost is that of the real one.
Prints one JSON line: texts classified, and seconds from the first to the last.

    python tests/bench/plain_faust_agent.py HOST:PORT TOPIC COUNT CHECKPOINT_DIR
"""

import asyncio
import json
import sys
import time
from pathlib import Path

import faust
import torch
from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast, pipeline


def checkpoint(folder: Path, tokenizer_file: Path) -> Path:
    """Makes the checkpoint once."""
    if not (folder / "config.json").exists():
        config = BertConfig(
            vocab_size=56_000,
            hidden_size=384,
            num_hidden_layers=12,
            num_attention_heads=12,
            intermediate_size=1536,
            num_labels=3,
            pad_token_id=1,
        )
        torch.manual_seed(0)
        BertForSequenceClassification(config).save_pretrained(folder)
        tokenizer = PreTrainedTokenizerFast(
            tokenizer_file=str(tokenizer_file), pad_token="<pad>", unk_token="<unk>", model_max_length=64
        )
        tokenizer.save_pretrained(folder)
    return folder


async def main() -> None:
    broker, topic_name, count, folder = sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])
    weights = Path(__file__).parents[2] / "models/sentiment/weights"
    classify = pipeline("text-classification", model=str(checkpoint(folder, weights / "tokenizer.json")), device="cpu")
    app = faust.App(
        "plain-peer",
        broker=f"kafka://{broker}",
        store="memory://",
        web_enabled=False,
        broker_rebalance_timeout=4.0,
        broker_session_timeout=6.0,
        broker_heartbeat_interval=2.0,
        topic_allow_declare=False,
        topic_disable_leader=True,
        consumer_auto_offset_reset="earliest",
    )
    raw = {"key_type": bytes, "value_type": bytes, "key_serializer": "raw", "value_serializer": "raw"}
    topic = app.topic(topic_name, **raw)
    results = app.topic(f"{topic_name}-peer-results", **raw)
    seen: list[float] = []
    done = asyncio.Event()

    @app.agent(topic)
    async def classify_each(stream):  # type: ignore[no-untyped-def]
        async for payload in stream:
            text = json.loads(payload)["text"]
            label = classify(text, truncation=True)[0]["label"]
            await results.send(value=json.dumps({"label": label}).encode())
            seen.append(time.perf_counter())
            if len(seen) == count:
                print(json.dumps({"texts": count, "seconds": seen[-1] - seen[0]}), flush=True)
                done.set()

    starting = asyncio.create_task(app.start())
    await done.wait()
    await app.stop()
    await asyncio.gather(starting, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
