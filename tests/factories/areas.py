import datetime as dt

import factory
from factory.django import DjangoModelFactory

from areas.choices import CongressLevel
from areas.models import Area, Category, Congress, Term, Unit


class AreaFactory(DjangoModelFactory):
    """An area by its code; ancestors are made when missing."""

    class Meta:
        model = Area
        django_get_or_create = ("code",)

    code = "420802"
    name = factory.LazyAttribute(lambda row: f"地区{row.code}")
    level = factory.LazyAttribute(lambda row: Area.level_of(row.code))
    full_name = factory.LazyAttribute(lambda row: row.name)

    @factory.lazy_attribute
    def parent(self):
        lengths = [n for n in (2, 4, 6, 9, 12) if n < len(self.code)]
        return AreaFactory(code=self.code[: lengths[-1]]) if lengths else None


class CategoryFactory(DjangoModelFactory):
    class Meta:
        model = Category

    code = factory.Sequence(lambda n: f"T{n:04}")
    name = factory.Sequence(lambda n: f"类别{n}")


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit

    area = factory.SubFactory(AreaFactory)
    name = factory.Sequence(lambda n: f"承办单位{n}")


class CongressFactory(DjangoModelFactory):
    class Meta:
        model = Congress
        django_get_or_create = ("area",)

    area = factory.SubFactory(AreaFactory)
    level = CongressLevel.COUNTY
    name = factory.LazyAttribute(lambda row: f"{row.area.name}人大")


class TermFactory(DjangoModelFactory):
    class Meta:
        model = Term
        django_get_or_create = ("congress", "number")

    congress = factory.SubFactory(CongressFactory)
    number = 6
    starts_on = dt.date(2022, 1, 10)
