"""How a form of a staff page looks."""

import pytest
from django import forms

from areas.models import Area

pytestmark = pytest.mark.django_db


class PlaceForm(forms.Form):
    home = forms.ModelChoiceField(Area.objects.all())
    other = forms.ModelChoiceField(Area.objects.all(), required=False)
    told = forms.ModelChoiceField(Area.objects.all(), empty_label="全县")


def test_choices_begin_with_words():
    form = PlaceForm()

    first = [next(iter(form[name].field.choices))[1] for name in form.fields]

    assert first == ["请选择", "不选", "全县"]
    assert "---" not in str(form)
