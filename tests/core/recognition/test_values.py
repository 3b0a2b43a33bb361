"""Values in a text: their shapes, and the marks that stand for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.recognition.normalise import clean
from core.recognition.values import mark


@pytest.mark.parametrize(
    ("text", "shape", "written"),
    [
        ("mail em là hoa.tran@example.com ạ", "email", "hoa.tran@example.com"),
        ("số 0905 550 231 nhé", "phone", "0905 550 231"),
        ("sinh ngày 20/11/2002", "date", "20/11/2002"),
        ("born on 4 December 1991", "date", "4 December 1991"),
        ("ghi “lao động tự do” mãi", "quoted", "lao động tự do"),
        ("phần chiều cao in 136 cm", "number", "136 cm"),
        ("điểm 7,5 chứ", "number", "7,5"),
        ("tên là Nguyễn Thị Hoa ạ", "name", "Nguyễn Thị Hoa"),
        ("thành 31/8 đường Rau Muống, phường Bờ Đê.", "address", "31/8 đường Rau Muống, phường Bờ Đê"),
        ("it's Flat 4, 77 Ropewalk Lane, Dunmarrow now", "address", "Flat 4, 77 Ropewalk Lane, Dunmarrow"),
    ],
)
def test_a_value_is_marked_with_its_shape(text: str, shape: str, written: str) -> None:
    (value,) = mark(clean(text)).values
    assert (value.shape, value.written) == (shape, written)


def test_the_words_around_the_marks_lead_back_to_the_original() -> None:
    marked = mark("Sửa 7,5 thành 5,7 giúp em")
    assert marked.text == "sua \ue000 thanh \ue001 giup em"
    assert marked.written(4, 5) == "7,5"
    assert marked.written(0, 3) == "Sửa"
    assert marked.value_at(0) is None


def test_words_that_fold_to_a_cue_of_another_meaning_are_told_apart() -> None:
    assert mark("đừng đề nghị tư vấn").text == "dxxx dx nghi tx van"


@given(st.text(max_size=120))
def test_every_text_can_be_marked(text: str) -> None:
    marked = mark(clean(text))
    assert len(marked.text) == len(marked.starts) == len(marked.ends)
