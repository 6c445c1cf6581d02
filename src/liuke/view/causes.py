"""Business causes: what kind of thing a feature speaks of, so that reasons can be grouped and worded."""

from collections.abc import Mapping
from types import MappingProxyType

from liuke.kernel.words import Words

CAUSES: Mapping[str, Words] = MappingProxyType(
    {
        "profile": Words(zh="客户特征", en="who the customer is"),
        "status": Words(zh="账户状态", en="standing of the account"),
        "tenure": Words(zh="客龄", en="time with the company"),
        "contract": Words(zh="合约", en="contract"),
        "product": Words(zh="产品持有", en="products held"),
        "spend": Words(zh="消费", en="spend"),
        "balance": Words(zh="资产余额", en="balances"),
        "usage": Words(zh="使用量", en="usage"),
        "activity": Words(zh="活跃度", en="activity"),
        "network": Words(zh="交往圈与网络", en="network and counterparts"),
        "arrears": Words(zh="欠费与缴费", en="arrears and payments"),
        "service": Words(zh="服务与投诉", en="service and complaints"),
        "care": Words(zh="接触与优惠", en="contacts and offers"),
        "loyalty": Words(zh="积分与忠诚", en="points and loyalty"),
    }
)
