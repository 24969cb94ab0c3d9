"""The categories a new installation starts with, and the words that point to them.

Parents are the headings of reports and of suggestions in congresses; children are
what stations hear. Codes are letters and digits so that a place's own list with
digits can stand beside them.
"""

from typing import NamedTuple


class Heading(NamedTuple):
    """A parent: code, name, and its children (code, name, key words)."""

    code: str
    name: str
    children: tuple[tuple[str, str, str], ...]


DEFAULT_CATEGORIES = (
    Heading(
        "A",
        "财政经济",
        (
            ("A01", "营商环境", "营商 办证 审批 证照 企业注册 招商 优惠政策 营业执照"),
            ("A02", "市场消费", "食品安全 假货 退款 缺斤 消费者 农贸市场 小吃街 物价"),
            ("A03", "金融税费", "贷款 银行 税费 公积金 收费标准 乱收费 保险理赔"),
        ),
    ),
    Heading(
        "B",
        "农业农村",
        (
            (
                "B01",
                "水利排涝",
                "泵站 水泵 排涝 内涝 灌溉 水渠 干渠 河道 水库 堤防 清淤",
            ),
            (
                "B02",
                "农业生产",
                "种子 化肥 农机 养殖 病虫害 粮食补贴 种植 农产品 机耕路",
            ),
            ("B03", "土地承包", "承包地 土地流转 耕地 宅基地 确权 林地 山林"),
            (
                "B04",
                "乡村环境",
                "厕改 厕所改造 人居环境 村庄整治 农村垃圾 秸秆 畜禽粪污",
            ),
        ),
    ),
    Heading(
        "C",
        "城建环资",
        (
            (
                "C01",
                "物业管理",
                "物业 业委会 业主 电梯 小区管理 维修基金 物业费 单元门",
            ),
            ("C02", "环境卫生", "垃圾 保洁 清扫 公厕 卫生死角 垃圾桶 垃圾车 脏乱差"),
            ("C03", "停车", "停车 车位 乱停 占道 充电桩 停车场 停车难 电动车棚"),
            ("C04", "道路", "道路 路面 坑洼 修路 破损 人行道 断头路 路灯 桥梁 斑马线"),
            (
                "C05",
                "水电气",
                "自来水 停水 水压 停电 电压 供电 天然气 燃气 暖气 水费 电费",
            ),
            (
                "C06",
                "管网",
                "下水道 管网 管道 雨污 污水 堵塞 窨井 井盖 化粪池 积水 水漫",
            ),
            ("C07", "征迁安置", "征地 拆迁 安置房 还建 补偿款 过渡费 征收 回迁 棚改"),
            ("C08", "噪声油烟", "噪音 噪声 油烟 广场舞 扰民 夜市 烧烤 夜间施工"),
            ("C09", "污染防治", "污染 异味 臭味 扬尘 粉尘 废气 排污 黑臭水体 大气"),
            ("C10", "公共交通", "公交 班车 线路 站台 红绿灯 信号灯 堵车 拥堵 出租车"),
            (
                "C11",
                "违建与房屋",
                "违建 违章建筑 危房 漏水 房产证 不动产证 加装电梯 烂尾",
            ),
            ("C12", "园林绿化", "绿化 树木 树枝 草坪 公园 行道树 游园"),
        ),
    ),
    Heading(
        "D",
        "教科文卫",
        (
            ("D01", "教育", "学校 上学 入学 学区 幼儿园 老师 教师 补课 学生 校车 招生"),
            ("D02", "医疗", "医院 看病 医保 药品 卫生室 医生 报销 卫生院 疫苗 挂号"),
            (
                "D03",
                "文化体育",
                "图书馆 健身器材 文化站 球场 体育 广播 旅游 景区 古建筑",
            ),
        ),
    ),
    Heading(
        "E",
        "监察司法",
        (
            (
                "E01",
                "社会治安",
                "治安 盗窃 偷盗 诈骗 赌博 打架 监控 报警 派出所 黄赌毒",
            ),
            (
                "E02",
                "涉法涉诉",
                "法院 判决 起诉 上诉 执行难 检察院 仲裁 律师 立案 诉讼",
            ),
        ),
    ),
    Heading(
        "F",
        "社会建设",
        (
            ("F01", "养老", "养老 老人 敬老院 老年食堂 养老金 高龄津贴 日间照料 助餐"),
            ("F02", "就业社保", "就业 社保 工资 欠薪 农民工 失业 招聘 退休 工伤 创业"),
            (
                "F03",
                "社会救助",
                "低保 救助 残疾 困难户 特困 临时救助 五保 孤儿 退役军人",
            ),
            (
                "F04",
                "社区服务",
                "社区 办事 网格员 便民 居委会 村委会 村务公开 党员活动室",
            ),
        ),
    ),
    Heading("G", "其他", (("G01", "其他", ""),)),
)

# Level 1 of the petition subject scheme → the heading above that answers for it, so
# that units whose list names petition subjects find their usual categories.
PETITION_HEADINGS = {
    "城乡建设": "C",
    "环境保护": "C",
    "交通运输": "C",
    "国土资源": "C",
    "农村农业": "B",
    "教育文体": "D",
    "卫生计生": "D",
    "科技与信息产业": "D",
    "政法": "E",
    "纪检监察": "E",
    "劳动和社会保障": "F",
    "民政": "F",
    "经济管理": "A",
    "商贸旅游": "A",
    "党务政务": "G",
}
