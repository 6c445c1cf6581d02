"""Invented names of places and people. No place of this tree is a real county; people are drawn."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    zh: str
    en: str


REGIONS = (
    Place("云州市", "Yunzhou"),
    Place("霁城市", "Jicheng"),
    Place("澜安市", "Lan'an"),
    Place("望屏市", "Wangping"),
    Place("清禾市", "Qinghe"),
    Place("松岭市", "Songling"),
)
COUNTIES = (
    Place("鹿鸣区", "Luming"),
    Place("白石县", "Baishi"),
    Place("柳溪县", "Liuxi"),
    Place("双桥区", "Shuangqiao"),
    Place("枫林县", "Fenglin"),
    Place("沙湖县", "Shahu"),
    Place("东篱区", "Dongli"),
    Place("茶山县", "Chashan"),
    Place("月湾县", "Yuewan"),
    Place("金谷区", "Jingu"),
    Place("石泉区", "Shiquan"),
    Place("竹里县", "Zhuli"),
    Place("梅岭区", "Meiling"),
    Place("荷塘县", "Hetang"),
    Place("雁坡县", "Yanpo"),
    Place("杏花区", "Xinghua"),
    Place("苇川县", "Weichuan"),
    Place("棠溪县", "Tangxi"),
    Place("安岭区", "Anling"),
    Place("桃里县", "Taoli"),
    Place("星渚区", "Xingzhu"),
    Place("鹤浦县", "Hepu"),
    Place("霞坞县", "Xiawu"),
    Place("槐坊区", "Huaifang"),
)
ROADS = (
    Place("人民路", "Renmin Road"),
    Place("建设路", "Jianshe Road"),
    Place("和平街", "Heping Street"),
    Place("中山路", "Zhongshan Road"),
    Place("文昌街", "Wenchang Street"),
    Place("新华路", "Xinhua Road"),
)

# The most frequent surnames with their shares in ten thousand, rounded.
# fmt: off
SURNAMES = {
    "王": 721, "李": 719, "张": 683, "刘": 517, "陈": 453, "杨": 308, "黄": 221, "赵": 210,
    "吴": 200, "周": 190, "徐": 145, "孙": 138, "马": 129, "朱": 126, "胡": 116, "郭": 115,
    "何": 113, "林": 111, "高": 100, "罗": 95, "郑": 93, "梁": 85, "谢": 76, "宋": 74,
    "唐": 73, "许": 66, "邓": 62, "韩": 61, "冯": 60, "曹": 57, "彭": 56, "曾": 56,
    "肖": 56, "田": 52, "董": 50, "潘": 49, "袁": 47, "蔡": 46, "蒋": 46, "余": 45,
    "于": 44, "杜": 43, "叶": 43, "程": 42, "魏": 42, "苏": 41, "吕": 41, "丁": 40,
    "任": 40, "卢": 40, "姚": 39, "沈": 39, "钟": 37, "姜": 37, "崔": 36, "谭": 36,
    "陆": 34, "范": 34, "汪": 34, "廖": 33, "石": 32, "金": 31, "韦": 30, "贾": 29,
    "夏": 28, "付": 27, "方": 27, "邹": 26, "熊": 26, "白": 25, "孟": 25, "秦": 24,
    "邱": 24, "侯": 23, "江": 23, "尹": 22, "薛": 22, "闫": 21, "段": 21, "雷": 20,
    "龙": 20, "欧阳": 10, "上官": 2, "司马": 2, "诸葛": 2,
}
# fmt: on
GIVEN_OF_MEN = tuple("伟强军磊勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林欢建国志文海")
GIVEN_OF_WOMEN = tuple("芳娜敏静丽艳娟霞秀燕玲桂婷慧莹雪琳晶洁倩梅莉兰萍红玉云莲真环爱妹雅欣怡")
