"""The roles a person can hold."""

from django.db import models


class Role(models.TextChoices):
    """What somebody is here for. The first three run the platform, without matters."""

    SYS_ADMIN = "sys_admin", "系统管理员"
    SEC_ADMIN = "sec_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"
    OFFICER = "officer", "代表工委"
    LEADER = "leader", "领导"
    TOWNSHIP = "township", "乡镇人大（街道工委）"
    STATION = "station", "联络站"
    DEPUTY = "deputy", "代表"
    UNIT_HANDLER = "unit_handler", "承办人"
    UNIT_LEADER = "unit_leader", "承办单位负责人"
    COORDINATOR = "coordinator", "政府督查室"
    CLIENT = "client", "接口客户端"


# No person may hold two of these (三员分立, GB/T 22239).
PLATFORM_ROLES = (Role.SYS_ADMIN, Role.SEC_ADMIN, Role.AUDIT_ADMIN)

# What kind of place a role is held for.
AREA_ROLES = (Role.OFFICER, Role.LEADER, Role.TOWNSHIP, Role.COORDINATOR, Role.CLIENT)
UNIT_ROLES = (Role.UNIT_HANDLER, Role.UNIT_LEADER)
