from __future__ import annotations

import math

import numpy as np
import pytest

from voxcx.csi.answers import Table
from voxcx.csi.columns import Column, Familiar, RowEncoder, allowed_names, encode_table, learn_columns
from voxcx.csi.settings import CategoryConfig, TrainingConfig
from voxcx.domain.features import Feature, FeatureRow, Value

WAIT = Column(name="queue_wait_s", kind="number", lowest=0.0, highest=100.0)
STATUS = Column(name="ivr_status", kind="category", levels=("transferred", "opted_out"))


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        (WAIT, 12, 12.0),
        (WAIT, None, math.nan),
        (WAIT, "soon", math.nan),
        (STATUS, "opted_out", 1.0),
        (STATUS, "never seen", math.nan),
        (STATUS, None, math.nan),
    ],
)
def test_code_of_a_value(column: Column, value: Value, code: float) -> None:
    row = FeatureRow((Feature(column.name, value, "not known" if value is None else None),))
    assert RowEncoder((column,))(row).tolist() == [[pytest.approx(code, nan_ok=True)]]


@pytest.mark.parametrize(
    ("column", "value", "outside"),
    [
        (WAIT, 100.0, False),
        (WAIT, 100.5, True),
        (WAIT, -1, True),
        (WAIT, None, False),
        (STATUS, "transferred", False),
        (STATUS, "never seen", False),  # only unknown to the model
    ],
)
def test_outside_of_what_training_saw(column: Column, value: Value, *, outside: bool) -> None:
    feature = Feature(column.name, value, "not known" if value is None else None)
    assert Familiar((column,)).is_outside(feature) is outside


def test_rare_levels_and_empty_columns_are_left_out() -> None:
    table: Table = {
        "ivr_status": np.array(["completed"] * 3 + ["opted_out", None], dtype=object),
        "queue_wait_s": np.array([1.0, 5.0, math.nan, math.inf, 2.0]),
        "transfers": np.full(5, math.nan),
    }
    columns = learn_columns(table, list(table), CategoryConfig(rows_per_level=2))
    assert [column.name for column in columns] == ["ivr_status", "queue_wait_s"]
    assert columns[0].levels == ("completed",)
    assert (columns[1].lowest, columns[1].highest) == (1.0, 5.0)


def test_frequent_levels_come_first_and_are_so_many_at_most() -> None:
    said = np.array(["b", "a", "c", "c", "b", "c", "d"], dtype=object)
    columns = learn_columns({"ivr_status": said}, ["ivr_status"], CategoryConfig(rows_per_level=1, levels_at_most=3))
    assert columns[0].levels == ("c", "b", "a")


def test_a_row_and_a_table_are_encoded_alike() -> None:
    row = FeatureRow((Feature("queue_wait_s", 7.0), Feature("ivr_status", "opted_out")))
    table: Table = {"queue_wait_s": np.array([7.0]), "ivr_status": np.array(["opted_out"], dtype=object)}
    columns = (STATUS, WAIT, Column(name="transfers", kind="number", lowest=0, highest=1))
    expected = [[1.0, 7.0, math.nan]]
    np.testing.assert_equal(RowEncoder(columns)(row), expected)
    np.testing.assert_equal(encode_table(table, columns), expected)


def test_unknown_categories_of_a_table_have_no_code() -> None:
    said = np.array(["opted_out", None, "never seen", "transferred"], dtype=object)
    codes = encode_table({"ivr_status": said}, (STATUS,))[:, 0]
    np.testing.assert_equal(codes, [1.0, math.nan, math.nan, 0.0])


def test_a_level_that_is_called_none_is_not_the_unknown() -> None:
    intent = Column(name="ivr_intent", kind="category", levels=("None", "card"))
    codes = intent.codes(np.array(["None", None, "card"], dtype=object))
    np.testing.assert_equal(codes, [0.0, math.nan, 1.0])


def test_what_is_known_only_after_the_survey_is_left_out() -> None:
    names = allowed_names(TrainingConfig(left_out={"wrap_s": "ends later"}))
    assert "wrap_s" not in names
    assert "queue_wait_s" in names
