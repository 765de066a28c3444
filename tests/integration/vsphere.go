// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the vtop authors
// vsphere: VMware's vSphere simulator on loopback, for libvirt's esx and vpx drivers.
//
//	vsphere esx|vpx MACHINES
//
// Prints its port and serves until its standard input ends. libvirt wants a type on the elements of
// every array, which the simulator leaves out: they are added on the way.
package main

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"regexp"
	"strconv"

	"github.com/vmware/govmomi/simulator"
)

var array = regexp.MustCompile(`(?s)<val [^>]*:type="ArrayOf(\w+)">(.*?)</val>`)

func addTypes(body []byte) []byte {
	return array.ReplaceAllFunc(body, func(value []byte) []byte {
		name := array.FindSubmatch(value)[1]
		open := regexp.MustCompile(`<` + string(name) + `([ >])`)
		return open.ReplaceAll(value, []byte(`<`+string(name)+` xsi:type="`+string(name)+`"$1`))
	})
}

func modify(response *http.Response) error {
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	response.Body.Close()
	body = addTypes(body)
	response.Body = io.NopCloser(bytes.NewReader(body))
	response.ContentLength = int64(len(body))
	response.Header.Set("Content-Length", strconv.Itoa(len(body)))
	return nil
}

func main() {
	model := simulator.ESX()
	if os.Args[1] == "vpx" {
		model = simulator.VPX()
		model.Host, model.ClusterHost = 0, 1 // all machines on the one host that is asked
	}
	model.Machine, _ = strconv.Atoi(os.Args[2])
	if err := model.Create(); err != nil {
		log.Fatal(err)
	}
	server := model.Service.NewServer()
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: server.URL.Host})
	proxy.ModifyResponse = modify
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	log.Fatal(http.Serve(listener, proxy))
}
