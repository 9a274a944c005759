"""The 60 followers shown on the virtual phones: who they are, and where they work."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VirtualPerson:
    """`workplace` is part of a union's key or employer's name; a label with 大字 opens in large type."""

    label: str
    workplace: str
    female: bool
    tags: tuple[str, ...] = ()
    born_year: int = 1988


CERTIFIED_PHONES = (
    VirtualPerson("快递员", "ind1-", False, ("农民工",), 1995),
    VirtualPerson("退休教师 (大字)", "中学", True, (), 1964),
    VirtualPerson("纺织厂挡车工", "纺织", True),
    VirtualPerson("网约车司机", "畅行河湾", False, (), 1983),
    VirtualPerson("社区护士", "社区卫生服务中心", True, (), 1993),
    VirtualPerson("环卫工", "ind4-", True, ("农民工",), 1972),
    VirtualPerson("小学教师", "小学", True, (), 1991),
    VirtualPerson("同城配送骑手", "闪邮", False, ("农民工",), 1999),
    VirtualPerson("家政员", "ind3-", True, ("农民工",), 1976),
    VirtualPerson("餐馆厨师", "河鲜楼", False, (), 1985),
    VirtualPerson("焊工", "机械", False, (), 1980),
    VirtualPerson("货车司机", "聚力货运", False, ("农民工",), 1979),
    VirtualPerson("幼儿园保育员", "幼儿园", True, (), 1987),
    VirtualPerson("物流调度员", "物流", False),
    VirtualPerson("商场收银员", "商贸", True, (), 1996),
    VirtualPerson("建筑工", "建筑", False, ("农民工",), 1975),
    VirtualPerson("小区保安", "物业", False, (), 1970),
    VirtualPerson("物业维修工", "物业", False, (), 1978),
    VirtualPerson("药厂化验员", "制药", True, (), 1990),
    VirtualPerson("程序员", "科技", False, (), 1997),
    VirtualPerson("会计", "商贸", True, (), 1984),
    VirtualPerson("食品厂包装工", "食品", True, ("农民工",), 1982),
    VirtualPerson("机床操作工", "机械", False, (), 1986),
    VirtualPerson("供水站抄表员", "供水站", False, (), 1977),
    VirtualPerson("养老护理员", "养老服务中心", True, (), 1974),
    VirtualPerson("月嫂", "安居嫂", True, ("农民工",), 1978),
    VirtualPerson("仓库分拣员", "物流", True, (), 1998),
    VirtualPerson("电梯维保工", "电器", False, (), 1989),
    VirtualPerson("绿化工", "绿洲里", False, (), 1969),
    VirtualPerson("劳动模范", "纺织", True, ("劳模",), 1973),
    VirtualPerson("困难职工", "印务", False, ("困难职工",), 1976),
    VirtualPerson("怀孕的女职工", "服装", True, (), 1995),
    VirtualPerson("哺乳期女职工", "电器", True, (), 1994),
    VirtualPerson("工伤康复职工", "建筑", False, (), 1981),
    VirtualPerson("新入会青年", "科技", True, ("青年职工",), 2002),
    VirtualPerson("班组长", "制药", False, (), 1982),
    VirtualPerson("中药师", "中医院", True, (), 1986),
    VirtualPerson("职校老师", "职业技术学校", False, (), 1983),
    VirtualPerson("社区医生", "社区卫生服务中心", False, (), 1979),
    VirtualPerson("印刷工", "印务", False, (), 1984),
    VirtualPerson("缝纫工", "服装", True, ("农民工",), 1985),
    VirtualPerson("电器装配工", "电器", True, (), 1992),
    VirtualPerson("污水处理工", "环保", False, (), 1980),
    VirtualPerson("餐厅服务员", "百味里", True, ("青年职工",), 2003),
    VirtualPerson("代驾司机", "平安驿", False, (), 1987),
    VirtualPerson("夜班电工", "纺织", False, (), 1981),
    VirtualPerson("退休钳工 (大字)", "机械", False, (), 1964),
    VirtualPerson("快退休的质检员 (大字)", "食品", True, (), 1972),
    VirtualPerson("志愿者", "中学", True, ("志愿者",), 1990),
    VirtualPerson("返乡农民工", "建筑", False, ("农民工",), 1974),
    VirtualPerson("听障职工", "印务", True, (), 1993),
    VirtualPerson("车间工会小组长", "纺织", True, (), 1983),
    VirtualPerson("保洁员", "净屋", True, ("农民工",), 1971),
    VirtualPerson("后厨帮工", "稻花鱼", False, ("农民工",), 1990),
)

UNCERTIFIED_LABELS = (
    "刚搬来的租户 (未认证)",
    "应届毕业生 (未认证)",
    "临时工 (未认证)",
    "个体店主 (未认证)",
    "退休工人 (未认证, 大字)",
    "实习生 (未认证)",
)
