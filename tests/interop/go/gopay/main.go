// github.com/go-pay/gopay: does what each line on stdin says.
//
// Its calls for any method verify nothing by themselves, so each answer goes through its verifier here.
package main

import (
	"bytes"
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-pay/gopay"
	"github.com/go-pay/gopay/alipay"
	v3 "github.com/go-pay/gopay/alipay/v3"
	"github.com/go-pay/gopay/pkg/xhttp"

	"interop/orders"
)

type client struct {
	v2        *alipay.Client
	v3        *v3.ClientV3
	publicKey string
	// In certificate mode, in place of the key.
	certificate []byte
}

func (c *client) Configure(order orders.Order) (err error) {
	c.publicKey = order.AlipayPublicKey
	gateway, err := url.Parse(order.Gateway)
	if err != nil {
		return err
	}
	if c.v2, err = alipay.NewClient(order.AppID, order.AppPrivateKey, false); err != nil {
		return err
	}
	http := xhttp.NewClient()
	http.HttpClient.Transport = redirect{gateway}
	c.v2.SetHttpClient(http)
	if c.v3, err = v3.NewClientV3(order.AppID, order.AppPrivateKey, false); err != nil {
		return err
	}
	c.v3.SetProxyHost(order.Endpoint)
	c.certificate = nil
	if files := order.Certificates; files != nil {
		app, roots, alipay := []byte(files.App), []byte(files.Roots), []byte(files.Alipay)
		c.certificate = alipay
		return errors.Join(c.v2.SetCertSnByContent(app, roots, alipay), c.v3.SetCert(app, roots, alipay))
	}
	return nil
}

// redirect sends to our gateway what the client would send to its fixed address.
type redirect struct{ gateway *url.URL }

func (r redirect) RoundTrip(request *http.Request) (*http.Response, error) {
	request.URL.Scheme, request.URL.Host, request.Host = r.gateway.Scheme, r.gateway.Host, r.gateway.Host
	return http.DefaultTransport.RoundTrip(request)
}

func (c *client) V2(order orders.Order) (map[string]any, error) {
	body, err := c.v2.DoAliPay(context.Background(), order.Fields, order.Method)
	if err != nil {
		return nil, err
	}
	var envelope map[string]json.RawMessage
	if err = json.Unmarshal(body, &envelope); err != nil {
		return nil, err
	}
	node := envelope[strings.ReplaceAll(order.Method, ".", "_")+"_response"]
	var sign string
	if err = json.Unmarshal(envelope["sign"], &sign); err != nil {
		return nil, err
	}
	return c.verified(string(node), sign, node)
}

func (c *client) V3(order orders.Order) (map[string]any, error) {
	var body json.RawMessage
	response, err := c.v3.DoAliPayAPISelfV3(context.Background(), order.Verb, order.Path, order.Fields, &body)
	if err != nil {
		return nil, err
	}
	header := response.Header
	text := header.Get(v3.HeaderTimestamp) + "\n" + header.Get(v3.HeaderNonce) + "\n" + string(body) + "\n"
	return c.verified(text, header.Get(v3.HeaderSignature), body)
}

func (c *client) verified(text, sign string, node []byte) (answer map[string]any, err error) {
	if c.certificate != nil {
		_, err = alipay.VerifySyncSignWithCert(c.certificate, text, sign)
	} else {
		_, err = alipay.VerifySyncSign(c.publicKey, text, sign)
	}
	if err != nil {
		return nil, err
	}
	err = json.NewDecoder(bytes.NewReader(node)).Decode(&answer)
	return answer, err
}

func (c *client) Notification(body string) (bool, error) {
	values, err := url.ParseQuery(body)
	if err != nil {
		return false, err
	}
	fields, err := alipay.ParseNotifyByURLValues(values)
	if err != nil {
		return false, err
	}
	var believed bool
	if c.certificate != nil {
		believed, err = alipay.VerifySignWithCert(c.certificate, fields)
	} else {
		believed, err = alipay.VerifySign(c.publicKey, fields)
	}
	if errors.Is(err, gopay.VerifySignatureErr) || errors.Is(err, rsa.ErrVerification) {
		return false, nil
	}
	return believed, err
}

func main() { orders.Obey(&client{}) }
