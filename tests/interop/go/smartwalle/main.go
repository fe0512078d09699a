// github.com/smartwalle/alipay/v3: does what each line on stdin says.
package main

import (
	"context"
	"crypto/rsa"
	"errors"
	"net/url"

	"github.com/smartwalle/alipay/v3"

	"interop/orders"
)

type client struct{ *alipay.Client }

func (c *client) Configure(order orders.Order) (err error) {
	// It fetches new certificates only where it believes to be in production.
	gateway := alipay.WithProductionGateway(order.Gateway)
	if c.Client, err = alipay.New(order.AppID, order.AppPrivateKey, true, gateway); err != nil {
		return err
	}
	if err = c.SetEncryptKey(order.ContentKey); err != nil {
		return err
	}
	if files := order.Certificates; files != nil {
		return errors.Join(
			c.LoadAppCertPublicKey(files.App),
			c.LoadAlipayCertPublicKey(files.Alipay),
			c.LoadAliPayRootCert(files.Roots),
		)
	}
	return c.LoadAliPayPublicKey(order.AlipayPublicKey)
}

func (c *client) V2(order orders.Order) (map[string]any, error) {
	payload := alipay.NewPayload(order.Method)
	for name, value := range order.Fields {
		payload.AddBizField(name, value)
	}
	var answer map[string]any
	err := c.Request(context.Background(), payload, &answer)
	return answer, err
}

func (c *client) V3(orders.Order) (map[string]any, error) { return nil, orders.ErrNoV3 }

func (c *client) Notification(body string) (bool, error) {
	fields, err := url.ParseQuery(body)
	if err != nil {
		return false, err
	}
	err = c.VerifySign(context.Background(), fields)
	if errors.Is(err, rsa.ErrVerification) {
		return false, nil
	}
	return err == nil, err
}

func main() { orders.Obey(&client{}) }
