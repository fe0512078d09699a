// Package orders is the line protocol of the drivers in Go.
package orders

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
)

// Order is one line on stdin.
type Order struct {
	Do string `json:"do"`

	Gateway         string `json:"gateway"`
	Endpoint        string `json:"endpoint"`
	AppID           string `json:"app_id"`
	AppPrivateKey   string `json:"app_private_key"`
	AlipayPublicKey string `json:"alipay_public_key"`
	ContentKey      string `json:"content_key"`

	Certificates *Certificates `json:"certificates"`

	Method string         `json:"method"`
	Verb   string         `json:"verb"`
	Path   string         `json:"path"`
	Fields map[string]any `json:"fields"`

	Body string `json:"body"`
}

// Certificates are the files of certificate mode, in PEM.
type Certificates struct {
	App    string `json:"app"`
	Alipay string `json:"alipay"`
	Roots  string `json:"roots"`
}

// Client is what a driver can do.
type Client interface {
	Configure(order Order) error
	V2(order Order) (map[string]any, error)
	V3(order Order) (map[string]any, error)
	Notification(body string) (bool, error)
}

// ErrNoV3 is for clients without v3.
var ErrNoV3 = errors.New("no v3")

// Obey does what each line on stdin says.
func Obey(client Client) {
	out := json.NewEncoder(os.Stdout)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var order Order
		err := json.Unmarshal(lines.Bytes(), &order)
		var reply map[string]any
		if err == nil {
			reply, err = obey(client, order)
		}
		if err != nil {
			reply = map[string]any{"unbelieved": err.Error()}
		}
		if out.Encode(reply) != nil {
			return
		}
	}
}

func obey(client Client, order Order) (map[string]any, error) {
	switch order.Do {
	case "configure":
		return map[string]any{"ok": true}, client.Configure(order)
	case "v2":
		answer, err := client.V2(order)
		return map[string]any{"answer": answer}, err
	case "v3":
		answer, err := client.V3(order)
		return map[string]any{"answer": answer}, err
	case "notification":
		believed, err := client.Notification(order.Body)
		return map[string]any{"believed": believed}, err
	}
	return nil, errors.New("unknown order " + order.Do)
}
