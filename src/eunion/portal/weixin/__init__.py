"""allauth's weixin provider, for service accounts inside WeChat instead of the QR code of websites."""
