"""What voters' pages ask: three steps to say something, number and code, a mark."""

from typing import Any

from django import forms

from areas.models import Category
from common.errors import RuleViolation
from common.public_forms import PublicForm
from common.texts import MAINLAND_PHONE
from common.uploads import ACCEPT_IMAGES, Checked, check
from proposals.choices import Satisfaction

SINCE = [
    ("刚发生", "刚发生"),
    ("几个星期", "几个星期"),
    ("几个月", "几个月"),
    ("一年以上", "一年以上"),
]
HOW_GOOD = [
    (Satisfaction.SATISFIED, "好了"),
    (Satisfaction.BASICALLY, "好了一些"),
    (Satisfaction.DISSATISFIED, "没有好"),
]
HOW_KIND = [
    (Satisfaction.SATISFIED, "好"),
    (Satisfaction.BASICALLY, "一般"),
    (Satisfaction.DISSATISFIED, "不好"),
]


# Who fills it in for somebody else (代填).
HELPERS = ("亲属", "邻居", "村（社区）干部", "其他")


class TopicForm(PublicForm):
    """1 选事情: which kind of matter, if the voter knows."""

    category = forms.ModelChoiceField(
        Category.objects.none(),
        label="是哪方面的事",
        required=False,
        blank=True,
        empty_label="说不清，请帮我选",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = Category.objects.filter(is_active=True, parent__isnull=False)
        self.fields["category"].queryset = shown.exclude(name="涉法涉诉")  # type: ignore[attr-defined]


class MatterForm(PublicForm):
    """2 说清楚: what, where, since when, how it looks."""

    words = forms.CharField(
        label="用您自己的话说",
        min_length=5,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "请写一写是什么事。"},
    )
    where = forms.CharField(
        label="在哪里",
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": "例如：金虾路小学东门"}),
        error_messages={"required": "请写地点，代表才能去看。"},
    )
    since = forms.ChoiceField(
        label="有多久了", choices=SINCE, required=False, widget=forms.RadioSelect
    )
    photo = forms.FileField(
        label="照片",
        required=False,
        allow_empty_file=True,
        help_text="请不要拍到别人的脸和车牌。",
        widget=forms.FileInput(attrs={"accept": ACCEPT_IMAGES}),
    )

    def clean_photo(self) -> Checked | None:
        """The picture made anew: nothing of the camera stays in it."""
        file = self.cleaned_data["photo"]
        if file is None:
            return None
        try:
            return check(file, images_only=True, field="photo")
        except RuleViolation as refused:
            raise forms.ValidationError(str(refused)) from refused


class ContactForm(PublicForm):
    """3 留联系: so that the voter can be told; nothing here is required."""

    visitor_name = forms.CharField(
        label="怎么称呼您",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    visitor_contact = forms.CharField(
        label="电话",
        max_length=20,
        required=False,
        help_text="办好后打给您。只有联络站和代表看得到。",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    party_size = forms.IntegerField(
        label="一共几户或几个人有这个问题",
        min_value=1,
        max_value=999,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    is_public = forms.BooleanField(
        label="办好以后可以公开这件事（不写您的姓名和电话）", required=False
    )
    helper_relation = forms.ChoiceField(
        label="您是本人的",
        choices=[(word, word) for word in HELPERS],
        required=False,
        widget=forms.RadioSelect,
    )
    helper_name = forms.CharField(
        label="您的姓名",
        max_length=30,
        required=False,
        help_text="上面的称呼和电话写本人的；本人没有电话，写您的也行。",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    @property
    def is_helped(self) -> bool:
        """Whether somebody fills it in for another: then that part stands open."""
        names = ("helper_relation", "helper_name")
        return any(self[name].value() or self.has_error(name) for name in names)

    def clean(self) -> dict[str, Any] | None:
        """代填: who helps says both who they are and what to the person."""
        asked = super().clean() or {}
        relation, name = asked.get("helper_relation"), asked.get("helper_name")
        if relation and not name and "helper_name" not in self.errors:
            self.add_error("helper_name", "替别人填的，请写您的姓名。")
        if name and not relation and "helper_relation" not in self.errors:
            self.add_error("helper_relation", "替别人填的，请选您是本人的什么人。")
        return asked

    def clean_visitor_contact(self) -> str:
        said: str = self.cleaned_data["visitor_contact"].replace(" ", "").strip()
        if said and not MAINLAND_PHONE.fullmatch(said):
            raise forms.ValidationError("请看看电话是不是少了一位或多了一位。")
        return said


class TrackForm(PublicForm):
    """Number and query code, as they stand on the card."""

    number = forms.CharField(
        label="编号",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "请填卡片上的编号。"},
    )
    code = forms.CharField(
        label="查询码",
        max_length=20,
        help_text="卡片上的 8 位数字和字母，大小写都行。",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "请填卡片上的查询码。"},
    )


class JudgeForm(PublicForm):
    """现在好了吗: the result, and how people were treated."""

    result = forms.ChoiceField(
        label="现在好了吗？", choices=HOW_GOOD, widget=forms.RadioSelect
    )
    attitude = forms.ChoiceField(
        label="办事的人态度怎么样？",
        choices=HOW_KIND,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="还想说一句",
        max_length=500,
        required=False,
        help_text="点“没有好”的，请写哪里没有好。",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
