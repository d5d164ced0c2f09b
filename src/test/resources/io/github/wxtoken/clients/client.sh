# Calls WeChat, and once more with another token if it refuses the first.
set -eu

token() { sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p'; }
call() { curl -sS "${WECHAT:-https://api.weixin.qq.com}/cgi-bin/getcallbackip?access_token=$1"; }

token=$(curl -sS --fail-with-body -H "Authorization: Bearer $KEY" "$WXTOKEN/token" | token)
answer=$(call "$token")
case $answer in
  *'"errcode":40001,'* | *'"errcode":40014,'* | *'"errcode":42001,'*)
    token=$(curl -sS --fail-with-body -H "Authorization: Bearer $KEY" --json "{\"access_token\":\"$token\"}" \
      "$WXTOKEN/token/refresh" | token)
    answer=$(call "$token")
    ;;
esac
echo "$answer"
