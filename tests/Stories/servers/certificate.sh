# shellcheck shell=bash
# A certificate authority for one story, and a server's certificate for 127.0.0.1 and localhost.
# certificate_make [DAYS]: how long both are good for; 2 unless told otherwise.
certificate_make() {
    local days=${1:-2}
    mkdir -p "$WORLD/tls"
    (
        cd "$WORLD/tls" || exit
        openssl req -x509 -newkey rsa:2048 -nodes -days "$days" -subj "/CN=Story authority" \
            -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
            -keyout ca.key -out ca.pem
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=localhost" -keyout server.key -out server.csr
        printf '%s\n' "subjectAltName=IP:127.0.0.1,DNS:localhost" "extendedKeyUsage=serverAuth" \
            "basicConstraints=CA:FALSE" > server.ext
        openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days "$days" \
            -extfile server.ext -out server.pem
        chmod 600 ca.key server.key
    ) > "$WORLD/log/openssl" 2>&1 && rm "$WORLD/log/openssl"
}
