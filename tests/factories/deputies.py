import datetime as dt

import factory
from factory.django import DjangoModelFactory

from areas.choices import CongressLevel
from deputies.models import Deputy, Group, Mandate
from tests.factories.areas import AreaFactory, TermFactory


class DeputyFactory(DjangoModelFactory):
    class Meta:
        model = Deputy

    area = factory.SubFactory(AreaFactory, code="420802002")
    name = factory.Sequence(lambda n: f"代表{n}")


class MandateFactory(DjangoModelFactory):
    class Meta:
        model = Mandate

    deputy = factory.SubFactory(DeputyFactory)
    term = factory.SubFactory(TermFactory)
    level = CongressLevel.COUNTY
    starts_on = dt.date(2022, 1, 10)
    certificate_no = factory.Sequence(lambda n: f"42080200{n:04}")


class GroupFactory(DjangoModelFactory):
    class Meta:
        model = Group

    area = factory.SubFactory(AreaFactory, code="420802002")
    name = factory.Sequence(lambda n: f"第{n}代表小组")
