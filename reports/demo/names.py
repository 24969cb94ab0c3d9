"""Invented names and numbers of people."""

import random

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡"
    "蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金贾夏韦付方邹熊白孟秦邱江尹薛"
    "闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
MALE = (
    "建国 志强 建军 国庆 卫东 永红 明华 文斌 海波 立平 家旺 德才 长春 宏伟 春生 云飞 "
    "少华 传义 厚福 道清 光明 启发 运来 先进 昌盛 祖德 忠诚 学文 兴旺 金山 红兵 新民 "
    "世杰 俊峰 浩然 子轩 天佑 承志 秉义 开元 仁杰 远航 鹏程 思远 景明 守田 满仓 得胜"
)
FEMALE = (
    "秀英 桂兰 玉珍 春梅 红霞 丽华 小燕 晓琴 雪梅 艳芳 凤英 翠莲 海燕 慧敏 婷婷 佳怡 "
    "淑芬 素珍 冬梅 腊梅 爱华 美玲 静怡 雅婷 思琪 雨欣 欣然 梦瑶 月娥 金枝 银花 水仙 "
    "文静 晓芳 巧云 立群 书琴 若梅 清荷 采薇 念慈 如意 向荣 亚男 琼华 芝兰 竹青 菊香"
)
ROLE_WORDS = ("先生", "女士", "师傅", "大爷", "婆婆")


def person_name(chance: random.Random, *, female: bool | None = None) -> str:
    """A name of two or three signs."""
    if female is None:
        female = chance.random() < 0.45
    given = chance.choice((FEMALE if female else MALE).split())
    if chance.random() < 0.12:
        given = given[-1]
    return chance.choice(SURNAMES) + given


def phone_number(chance: random.Random) -> str:
    """Eleven digits of a block that is given to nobody."""
    return f"1990000{chance.randint(0, 9999):04}"
