"""Trains the demo's language model on text that this program generates itself.

    python train_demo.py OUT_DIR [STEPS]

Writes a Hugging Face folder (config, tokenizer, bfloat16 weights), calibration.jsonl and evaluation.txt.
Everything is seeded; made with torch 2.13, transformers 5.18, tokenizers 0.23 on two CPU cores in a quarter of an hour.
"""

import json
import math
import os
import random
import sys

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM

VOCABULARY, CONTEXT, BATCH, LEARNING_RATE = 640, 256, 16, 3e-3

TRADES = {
    "baker": ("bread", "the oven", "flour"), "potter": ("bowls", "the kiln", "clay"),
    "weaver": ("cloth", "the loom", "wool"), "smith": ("nails", "the forge", "iron"),
    "sailor": ("knots", "the harbour", "rope"), "gardener": ("pears", "the orchard", "water"),
    "painter": ("doors", "the ladder", "paint"), "miller": ("flour", "the mill", "grain"),
}
ANIMALS = ["goat", "heron", "mule", "otter", "raven", "hound", "goose", "pony"]
COLOURS = ["red", "green", "blue", "white", "black", "yellow", "grey", "brown"]
PLACES = ["by the river", "on the hill", "near the bridge", "behind the church", "at the crossroads", "under the oak"]
WEATHER = {"rain": "wet", "snow": "cold", "sun": "warm", "wind": "loud", "fog": "quiet"}
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
           "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"]
ONSETS, VOWELS, CODAS = "b d f g k l m n p r s t v".split(), "a e i o u".split(), ["", "l", "n", "r", "s"]


def name(r):
    return "".join(r.choice(ONSETS) + r.choice(VOWELS) + r.choice(CODAS) for _ in range(2)).capitalize()


def plural(number, word):
    return f"{NUMBERS[number]} {word}" + ("" if number == 1 else "s" if word != "goose" else "")


class Person:
    def __init__(self, r):
        self.name = name(r)
        self.he, self.his, self.him = r.choice([("he", "his", "him"), ("she", "her", "her")])
        self.trade = r.choice(list(TRADES))
        self.makes, self.at, self.of = TRADES[self.trade]
        self.place, self.colour, self.animal = r.choice(PLACES), r.choice(COLOURS), r.choice(ANIMALS)
        self.pet, self.count, self.town = name(r), r.randint(1, 9), name(r)


def sentences(r, a, b, state):
    """Each is consistent with all that was said before it: who does what, where, with how many."""
    p, q = (a, b) if r.random() < .6 else (b, a)
    kind = r.randrange(12)
    if kind == 0:
        return f"{p.name} the {p.trade} of {p.town} works at {p.at} and makes {p.makes}."
    if kind == 1:
        return f"{p.name} lives {p.place}, and {p.his} {p.animal} {p.pet} is {p.colour}."
    if kind == 2:
        return f"\"Where is {p.pet}?\" asked {q.name}. \"The {p.animal} is {p.place},\" said {p.name}."
    if kind == 3:
        state["day"] = (state["day"] + 1) % 7
        w = r.choice(list(WEATHER))
        return f"After {DAYS[state['day'] - 1]} came {DAYS[state['day']]}, and with the {w} it was {WEATHER[w]}."
    if kind == 4:
        n = r.randint(1, 9)
        return f"{p.name} had {NUMBERS[p.count]} coins and got {NUMBERS[n]} more, so now {p.he} has {NUMBERS[p.count + n]} coins."
    if kind == 5:
        return f"For {p.makes} the {p.trade} needs {p.of}, and {q.name} brings {p.him} {p.of} from {q.town}."
    if kind == 6:
        xs = sorted(r.sample(ANIMALS, r.randint(2, 4)))
        return f"On the road they met a {', a '.join(xs[:-1])} and a {xs[-1]}, in that order."
    if kind == 7:
        return f"The {p.colour} {p.animal} of {p.name} is called {p.pet}, but the {q.colour} one of {q.name} is called {q.pet}."
    if kind == 8:
        n = r.randint(0, 9)
        m = r.randint(0, 8)
        return f"The children counted: {NUMBERS[n]} and {NUMBERS[m]} make {NUMBERS[n + m]}."
    if kind == 9:
        return f"Nobody in {p.town} makes better {p.makes} than {p.name}, who keeps {plural(p.count, p.animal)} {p.place}."
    if kind == 10:
        return f"When {q.name} went to {p.town}, {q.he} stood {p.place} and called {p.name}, but only {p.pet} came."
    return f"{p.name} and {q.name} are a {p.trade} and a {q.trade}; the one sells {p.makes}, the other {q.makes}."


def document(r, length):
    a, b, state = Person(r), Person(r), {"day": r.randrange(7)}
    out = [f"This is the story of {a.name} from {a.town} and {b.name} from {b.town}."]
    while sum(map(len, out)) < length:
        out.append(sentences(r, a, b, state))
        if r.random() < .12:
            out.append("\n")
    return " ".join(out).replace(" \n ", "\n")


def documents(seed, count, length):
    r = random.Random(seed)
    return [document(r, r.randint(length, 2 * length)) for _ in range(count)]


def train_tokenizer(texts):
    tok = Tokenizer(models.BPE())
    tok.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tok.decoder = decoders.ByteLevel()
    tok.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=["<|endoftext|>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    return tok


def loss_on(model, ids):
    with torch.no_grad():
        return sum(model(row[None], labels=row[None]).loss.item() for row in ids) / len(ids)


def main():
    out, steps = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1500
    torch.manual_seed(0)
    texts = documents(1, 9000, 700)
    tok = train_tokenizer(texts[:2000])
    stream = torch.tensor([i for e in tok.encode_batch(texts) for i in e.ids + [0]])
    held_out = documents(3, 24, 1500)
    evaluation = torch.tensor([i for e in tok.encode_batch(held_out) for i in e.ids + [0]])
    evaluation = evaluation[: len(evaluation) // CONTEXT * CONTEXT].view(-1, CONTEXT)
    model = LlamaForCausalLM(LlamaConfig(
        vocab_size=VOCABULARY, hidden_size=128, intermediate_size=352, num_hidden_layers=6, num_attention_heads=4, num_key_value_heads=2, head_dim=32,
        max_position_embeddings=CONTEXT, rms_norm_eps=1e-5, tie_word_embeddings=True, bos_token_id=0, eos_token_id=0, pad_token_id=0, rope_theta=10000.0))
    print(sum(p.numel() for p in model.parameters()), "parameters,", len(stream), "training tokens", flush=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, betas=(.9, .95), weight_decay=.05)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min(1, (s + 1) / 50) * (.05 + .95 * .5 * (1 + math.cos(math.pi * s / steps))))
    for step in range(steps):
        starts = torch.randint(len(stream) - CONTEXT, (BATCH,)).tolist()
        batch = torch.stack([stream[s: s + CONTEXT] for s in starts])
        loss = model(batch, labels=batch).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 100 == 0 or step == steps - 1:
            print(step, round(loss.item(), 4), "held-out perplexity", round(math.exp(loss_on(model, evaluation[:8])), 3), flush=True)
    os.makedirs(out, exist_ok=True)
    model.to(torch.bfloat16).save_pretrained(out)
    tok.save(f"{out}/tokenizer.json")
    with open(f"{out}/tokenizer_config.json", "w") as f:
        json.dump({"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<|endoftext|>", "model_max_length": CONTEXT}, f, indent=2)
    with open(f"{out}/calibration.jsonl", "w") as f:
        for text in documents(2, 80, 1500):
            f.write(json.dumps({"text": text}) + "\n")
    with open(f"{out}/evaluation.txt", "w") as f:
        f.write("\n\n".join(held_out))


if __name__ == "__main__":
    main()
