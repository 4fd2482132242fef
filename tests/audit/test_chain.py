"""Tampering, without a database: whatever is done to a chain of entries is found."""

from dataclasses import dataclass, replace

from hypothesis import assume, given
from hypothesis import strategies as st

from audit.chain import ORIGIN, Facts, Link, breaks, hash_of


@dataclass(frozen=True)
class Row:
    """An entry in memory."""

    number: int
    text: str
    previous: str
    hash: str

    def facts(self) -> Facts:
        return {"number": self.number, "text": self.text}


def chained(texts: list[str], base: Link = ORIGIN) -> list[Row]:
    rows: list[Row] = []
    for number, text in enumerate(texts, base.number + 1):
        previous = rows[-1].hash if rows else base.hash
        facts: Facts = {"number": number, "text": text}
        rows.append(Row(number, text, previous, hash_of(facts, previous)))
    return rows


def end_of(rows: list[Row], base: Link = ORIGIN) -> Link:
    return Link(rows[-1].number, rows[-1].hash) if rows else base


texts = st.lists(st.text(st.characters(codec="utf-8"), max_size=5), min_size=1, max_size=12)
chains = texts.map(chained)


@given(chains)
def test_a_chain_nobody_touched_is_whole(rows: list[Row]) -> None:
    assert not list(breaks(rows, ORIGIN, end_of(rows)))


@given(chains, st.data())
def test_a_chain_without_its_pruned_beginning_is_whole(
    rows: list[Row], data: st.DataObject
) -> None:
    gone = data.draw(st.integers(0, len(rows)))
    assert not list(breaks(rows[gone:], end_of(rows[:gone]), end_of(rows)))


@given(chains, st.data())
def test_a_changed_entry_is_found_at_its_place(rows: list[Row], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    text = data.draw(st.text(st.characters(codec="utf-8")))
    assume(text != rows[place].text)
    tampered = [*rows[:place], replace(rows[place], text=text), *rows[place + 1 :]]
    [found] = breaks(tampered, ORIGIN, end_of(rows))
    assert found.number == rows[place].number


@given(chains, st.data())
def test_a_changed_entry_with_its_hash_made_anew_is_found(
    rows: list[Row], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    forged = replace(rows[place], text=rows[place].text + "!")
    forged = replace(forged, hash=hash_of(forged.facts(), forged.previous))
    assert list(breaks([*rows[:place], forged, *rows[place + 1 :]], ORIGIN, end_of(rows)))


@given(chains, st.data())
def test_removed_entries_are_found(rows: list[Row], data: st.DataObject) -> None:
    kept = data.draw(st.lists(st.sampled_from(rows), unique=True, max_size=len(rows) - 1))
    tampered = sorted(kept, key=lambda row: row.number)
    assert list(breaks(tampered, ORIGIN, end_of(rows)))


@given(chains, st.data())
def test_reordered_entries_are_found(rows: list[Row], data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(rows))))
    assume(order != sorted(order))
    tampered = [replace(rows[old], number=new) for new, old in enumerate(order, 1)]
    assert list(breaks(tampered, ORIGIN, end_of(rows)))


@given(chains, st.data())
def test_a_slipped_in_entry_is_found(rows: list[Row], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows)))
    before = end_of(rows[:place])
    slipped = chained(["never happened"], before)
    later = [replace(row, number=row.number + 1) for row in rows[place:]]
    assert list(breaks([*rows[:place], *slipped, *later], ORIGIN, end_of(rows)))


def test_the_hash_is_sha_256_of_canonical_json() -> None:
    # printf '{"number":1,"previous":"0","text":"é\\n"}' | sha256sum
    expected = "5d0b9f343f931908f1285fbc03896804a30bc99af307fde3266adcb423489091"
    assert hash_of({"text": "é\n", "number": 1}, "0") == expected
