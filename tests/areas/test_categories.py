import pytest

from areas.initials import initials
from areas.models import Category
from areas.services import seed_categories, suggest_category
from tests.factories import CategoryFactory


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("水利", "sl"),
        ("物业管理", "wygl"),
        ("环境卫生", "hjws"),
        ("征迁安置", "zqaz"),
        ("窨井盖", "yjg"),
        ("重复", "cf"),
        ("啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝", "abcdefghjklmnopqrstwxyz"),
        ("A类 12345", "al12345"),
        ("（水、电）", "sd"),
        ("😀龘", ""),
        ("", ""),
    ],
)
def test_initials_reads_the_first_letters(text, letters):
    assert initials(text) == letters


@pytest.mark.parametrize(
    ("words", "name", "reason"),
    [
        ("文峰泵站只有一台泵在转，一下大雨就内涝。", "水利排涝", "“泵站”、“内涝”"),
        ("小区物业不管事，电梯坏了半个月", "物业管理", "“物业”、“电梯”"),
        ("门口老是乱停，没有车位", "停车", "“车位”、“乱停”"),
        ("孩子上学的学区怎么划", "教育", "“上学”、“学区”"),
        ("夜市油烟太大，广场舞扰民", "噪声油烟", "“油烟”、“广场舞”、“扰民”"),
        ("对法院的判决不服，想上诉", "涉法涉诉", "“法院”、“判决”、“上诉”"),
    ],
)
def test_suggest_category_weighs_the_words(db, words, name, reason):
    seed_categories()

    suggested = suggest_category(words)

    assert suggested.category.name == name
    assert suggested.reason == f"原话提到{reason}"


@pytest.mark.parametrize("words", ["", "你好", "其他", "\x00😀"])
def test_suggest_category_stays_silent_without_a_sign(db, words):
    seed_categories()

    assert suggest_category(words) is None


def test_suggest_category_passes_over_those_out_of_use(db):
    seed_categories()
    Category.objects.filter(name="水利排涝").update(is_active=False)

    assert suggest_category("泵站坏了") is None


def test_suggest_category_takes_one_query(db, django_assert_num_queries):
    parent = CategoryFactory()
    CategoryFactory.create_batch(30, parent=parent, keywords="泵站")

    with django_assert_num_queries(1):
        suggest_category("泵站坏了")
