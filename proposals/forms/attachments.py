"""The form that adds a file to a matter."""

from typing import Any

from django import forms

from common.forms import RuleForm
from common.uploads import ACCEPT
from proposals.models import Proposal
from proposals.services.attachments import attach


class AttachForm(RuleForm):
    """One file; what it may be is checked by its content."""

    file = forms.FileField(
        label="选择文件",
        allow_empty_file=True,
        help_text="JPG、PNG、WebP 图片不超过 10 MB，PDF、.docx、.xlsx 不超过 20 MB。"
        "图片会去掉拍摄地点等信息。",
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposal = proposal

    def do(self, actor: Any) -> None:
        attach(self.proposal, actor=actor, file=self.cleaned_data["file"])
